"""The core of yaohao: register, plan, frame, lot, publication, verification, ledger."""

__version__ = "0.1.0"
