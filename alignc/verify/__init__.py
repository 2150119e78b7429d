"""The programs of a project, run on made-up or given rows and compared cell by cell.

    Module --rows--> Case --programs, engines--> results --compare--> Outcome

It needs Polars, and the engines that are to be compared; the compiler itself needs none of them.
"""
