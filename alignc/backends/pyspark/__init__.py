"""Plan -> a Python program that needs PySpark and the standard library."""
