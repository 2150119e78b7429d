"""`alignc test`: the tests of a project, run by the interpreter and by the programs on their engines.

    Fixture --trials--> rows --comparison--> Verdict --report--> text, json, junit

It needs Polars, and the engines that it runs on; the compiler itself needs none of them.
"""
