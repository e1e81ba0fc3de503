"""QR codes, drawn on the server: nothing is asked of anybody else."""

import segno
from django.utils.safestring import SafeString, mark_safe
from segno.encoder import DataOverflowError


def draw(text: str) -> SafeString:
    """An inline SVG, black on white whatever the page's colours, with the quiet zone that phones need; empty where
    the text is longer than any code holds."""
    try:
        code = segno.make_qr(text, error="m", boost_error=False)
    except DataOverflowError:
        return SafeString("")
    # segno writes numbers and colours only: nothing of the text stands in the markup.
    return mark_safe(code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True))  # noqa: S308
