"""Column engines: what is done to millions of rows at once."""
