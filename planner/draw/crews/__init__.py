"""Crews: who inspects whom, an optimum that is unique and certified."""
