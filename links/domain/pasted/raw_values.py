"""Values of parameters that were never percent-encoded: a file's name with blanks and quotation marks, a date. A
browser mends them as it opens the URL; in a text they end it, for whoever does not know what belongs to them.

Sources: what S3's response parameters may say (S3 API reference, GetObject; RFC 6266, RFC 9110, RFC 9111).
"""

import re

_DISPOSITION = re.compile(
    r"[?&](?:amp;)*(?:response-content-disposition|rscd)=(?:attachment|inline)(?=[\s;])", re.IGNORECASE
)
_NAME = re.compile(r"\s{0,5};\s{0,80}(?:[>|]\s{0,80})?filename\*?=\s{0,5}", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"<>]{0,300}"|&quot;[^"<>&]{0,300}&quot;|“[^“”"<>]{0,300}”', re.IGNORECASE)
# Without quotation marks: as far as an extension, at the end of the URL. What has more behind it is seen by that.
_UNQUOTED = re.compile(r"""[^\s&"<>][^&"<>\r\n]{0,300}?\.[A-Za-z][A-Za-z0-9]{1,4}(?=["'<>)\],;.!?]?(?:\s|$))""")
_MAX_NAMES = 2  # `filename` and `filename*`
_OTHERS = re.compile(
    r"[?&](?:amp;)*(?:"
    r"response-content-type=[\w.+-]{1,60}/[\w.+-]{1,60};[ ]{1,5}charset=[\w-]{1,20}"
    r"|response-cache-control=(?:(?:no-cache|no-store|no-transform|private|public|must-revalidate|proxy-revalidate"
    r"|immutable|(?:s-)?max-age=[0-9]{1,10}),[ ]{0,5}){1,8}(?:no-cache|no-store|no-transform|private|public"
    r"|must-revalidate|proxy-revalidate|immutable|(?:s-)?max-age=[0-9]{1,10})"
    r"|response-expires=[A-Z][a-z]{2},[ ][0-9]{1,2}[ ][A-Z][a-z]{2}[ ][0-9]{4}[ ][0-9:]{8}[ ]GMT)",
    re.IGNORECASE | re.ASCII,
)
_GAP, _MARK = re.compile(r"\s+(?:[>|]\s*)?"), re.compile(r'"|&quot;|[“”]', re.IGNORECASE)


def encode_values(text: str) -> str:
    """Blanks and quotation marks inside such values as `%20` and `%22`. A line that was broken in one was broken at a
    blank."""
    parts, begin = [], 0
    for found in _DISPOSITION.finditer(text):
        end = _find_end(text, found.end())
        if found.start() >= begin and end > found.end():
            parts += [text[begin : found.end()], _encode(text[found.end() : end])]
            begin = end
    plain = "".join([*parts, text[begin:]]) if parts else text
    return _OTHERS.sub(lambda found: _encode(found[0]), plain)


def _find_end(text: str, end: int) -> int:
    """Where the value ends that has its kind up to `end`."""
    for _ in range(_MAX_NAMES):
        name = _NAME.match(text, end)
        value = name and (_QUOTED.match(text, name.end()) or _UNQUOTED.match(text, name.end()))
        if not value:
            break
        end = value.end()
    return end


def _encode(text: str) -> str:
    return _MARK.sub("%22", _GAP.sub("%20", text))
