"""Plan -> one SELECT in DuckDB's or PostgreSQL's SQL."""
