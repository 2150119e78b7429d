"""Programs that validate rows: how many fail each check, which, and apart from the others."""
