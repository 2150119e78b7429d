"""Plan -> a Python program that needs Polars and the standard library."""
