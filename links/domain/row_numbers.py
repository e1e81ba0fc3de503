"""The numbers of rows, as people write them."""


def read_number(text: str) -> int | None:
    """A row's number, as an address or a form names it: ASCII digits. None for what is none, or longer than a column
    holds. Python's `int` also reads full-width and Arabic digits, so that one row would have many addresses."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
