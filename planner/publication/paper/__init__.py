"""Printed and tabular documents of a draw: notices, record forms, slips, national record."""
