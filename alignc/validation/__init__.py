"""Programs that validate the rows of a view: how many fail each check, which, and apart from the others."""
