"""The page of a publication, which verifies itself in the browser."""
