"""Programs that compare two datasets of a contract: which columns are distributed otherwise."""
