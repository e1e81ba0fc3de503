"""Cells of CSV that no spreadsheet runs (OWASP, "CSV Injection")."""

import re

# What spreadsheets take for a formula, also behind blanks; Japanese and Chinese ones in full width too.
_FORMULA = re.compile(r"[\s\x00-\x1f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")


def disarm_formula(text: str) -> str:
    """Text as a cell: before what would be a formula stands an apostrophe, by which it is text."""
    return f"'{text}" if _FORMULA.match(text) else text
