"""Publication (公示): the record of a draw, and its forms."""
