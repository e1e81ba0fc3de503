"""The numbers of rows, as people write them."""


def read_number(text: str) -> int | None:
    """A row's number, as an address or a form names it; None for what is none, or longer than a column holds."""
    return int(text) if text.isdecimal() and len(text) < 19 else None
