"""The database and the folder of a workspace; the only SQL over its tables."""
