"""Strangers' text made visible: nothing in it ends a line, moves the cursor, hides, or turns the order of letters.

A name such as `report\\u202efdp.exe` reads "reportexe.pdf", an escape sequence rewrites a terminal, a line break forges
a line of a log. Each such character is shown as U+FFFD.
"""

import re

SHOWN = "\N{REPLACEMENT CHARACTER}"
_BREAKS = "\\x0b\\x0c\\x1c-\\x1e\\x85\u2028\u2029"  # which some take for a line's end
_HIDDEN = (
    "\\x00-\\x08\\x0e-\\x1b\\x1f\\x7f-\\x84\\x86-\\x9f"  # controls; the escape of terminals is one
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # which turn the order of letters (Unicode's Bidi_Control)
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # which nobody sees; joiners of emoji stay
    "\\ud800-\\udfff"
)
_IN_A_LINE, _IN_LINES = re.compile(f"[\\t\\n\\r{_BREAKS}{_HIDDEN}]"), re.compile(f"[{_BREAKS}{_HIDDEN}]")
_END_OF_TEXTAREA = re.compile("</textarea", re.IGNORECASE)
_READ_OUT = re.compile(r"""\s(?:title|alt|placeholder|aria-[a-z]+)=(?:"[^"]*"|'[^']*')""", re.IGNORECASE)


def make_visible(text: str) -> str:
    """One line."""
    return text if text.isascii() and text.isprintable() else _IN_A_LINE.sub(SHOWN, text)


def make_lines_visible(text: str) -> str:
    """Text of ours in several lines, in which strangers' words stand."""
    return _IN_LINES.sub(SHOWN, text)


def make_page_visible(html: str) -> str:
    """What people read of a page. What is sent back as it was stays as it is: fields, links and other attributes."""
    if not _IN_LINES.search(html):
        return html
    shown, at = list[str](), 0
    while (begin := html.find("<", at)) >= 0 and (end := html.find(">", begin) + 1):
        tag = html[begin:end]
        shown += make_lines_visible(html[at:begin]), _READ_OUT.sub(_show, tag)
        at = end
        if tag[:9].lower() == "<textarea":
            closing = _END_OF_TEXTAREA.search(html, end)
            at = closing.start() if closing else len(html)
            shown.append(html[end:at])
    return "".join([*shown, make_lines_visible(html[at:])])


def _show(found: re.Match[str]) -> str:
    return make_lines_visible(found[0])
