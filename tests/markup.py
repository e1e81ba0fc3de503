"""What a page says, whatever lines its template was broken into."""

import re

_TAG = re.compile(r"<[^<>]+>")


def tidy(page: str) -> str:
    """A page without its line breaks: none between tags or beside them, and one blank for each within text and tags."""
    page = _TAG.sub(lambda tag: " ".join(tag[0].split()).replace(" >", ">"), page)
    page = re.sub(r"(?<=>)\s*\n\s*|\s*\n\s*(?=<)", "", page)
    return re.sub(r"\s*\n\s*", " ", page)
