"""Lot (摇号): rounds, lottery table, selection, crews. Pure: values in, values out."""
