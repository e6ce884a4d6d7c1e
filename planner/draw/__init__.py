"""Rounds, lottery, tickets, selection, crews: values in, values out."""
