"""The independent verifier that every publication carries; it shares no code with the rest."""
