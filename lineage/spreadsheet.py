"""Cells of a CSV file that people open in a spreadsheet. Pure."""

# A spreadsheet takes a cell that starts so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> str:
    """As text that no spreadsheet runs."""
    text = str(value)
    return "'" + text if text.startswith(FORMULA) else text
