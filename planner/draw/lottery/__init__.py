"""The allocation lottery: a table of outcomes whose means are exact, one method a module."""
