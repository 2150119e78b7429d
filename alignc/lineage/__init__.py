"""The lineage of columns as text, data and drawings; `alignc.ir.lineage` has the graph."""
