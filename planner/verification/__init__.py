"""Verification (核验): every check of the protocol, each with a name and a finding."""
