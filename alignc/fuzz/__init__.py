"""Random projects on random rows: everything that differs between engines is a defect or a missing rule.

seed --modules--> Module --verify--> Outcome --shrink--> a small case, kept as a test
"""
