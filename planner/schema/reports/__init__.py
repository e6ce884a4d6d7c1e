"""What the public door gives back and ``--json`` prints: a type a report (docs/json.md)."""
