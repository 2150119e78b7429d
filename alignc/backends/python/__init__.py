"""Python source from stdlib `ast` trees, laid out the way `ruff format` would leave it."""
