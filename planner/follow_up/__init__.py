"""Follow-up (后续): what comes after a draw; another release fills this room."""
