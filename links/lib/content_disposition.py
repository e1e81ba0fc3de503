"""The `Content-Disposition` under which a browser saves a file (RFC 6266, with RFC 8187 for what is not ASCII)."""

import re
import unicodedata
from urllib.parse import quote

MAX_NAME_BYTES = 180  # bytes of UTF-8: file systems take 255, and a header has to fit into a URL three times over
_MAX_TEXT_LENGTH = 2_000  # characters that are looked at: its beginning, and its end, where the ending stands
_SAFE = "!#$&+-.^_`|~"  # RFC 8187, `attr-char`, beside letters and digits
_DEFAULT_NAME = "download"


def attachment(filename: str) -> str:
    """Write `attachment; filename="ASCII fallback"; filename*=UTF-8''...`, or the first word for an empty name.

    Control and formatting characters are dropped: they could end the header, or show a name backwards.
    Separators become `_`, so that the name never names a folder.
    """
    name = _clean(filename)
    if not name:
        return "attachment"
    return f"attachment; filename=\"{_to_ascii(name)}\"; filename*=UTF-8''{quote(name, safe=_SAFE)}"


_WRITTEN = re.compile(r"\s*(?P<kind>[\w-]+)\s*;\s*filename\s*=\s*(?:\"(?P<quoted>.*)\"|(?P<bare>[^;]*))\s*", re.DOTALL)
_SENDABLE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")


def make_sendable(header: str) -> str:
    """A header as a store can send it. S3 refuses what is beyond Latin-1, and line breaks: a name that has them is
    written as RFC 8187 says, and where no name can be told the first word alone is left."""
    if _SENDABLE.fullmatch(header):
        return header
    found = _WRITTEN.fullmatch(header)
    if found is None:
        kind = re.match(r"[A-Za-z-]+", header)
        return kind[0] if kind else "attachment"
    return attachment(found["quoted"] or found["bare"] or "").replace("attachment", found["kind"], 1)


def _clean(filename: str) -> str:
    if len(filename) > _MAX_TEXT_LENGTH:
        filename = filename[: _MAX_TEXT_LENGTH // 2] + filename[-_MAX_TEXT_LENGTH // 2 :]
    visible = "".join(letter for letter in filename if unicodedata.category(letter) not in ("Cc", "Cf", "Zl", "Zp"))
    # A letter and its marks are one sign, as Windows and most fonts have it; Macs send them apart.
    name = re.sub(r"[/\\\ud800-\udfff]", "_", unicodedata.normalize("NFC", visible)).strip()
    return "" if not name.strip(".") else _cut(name)


def _cut(name: str) -> str:
    """Shorten the stem, not the ending: the ending decides which program opens the file."""
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    tail = dot + ending if stem and len(ending.encode()) <= 16 else ""
    head = name.encode()[: MAX_NAME_BYTES - len(tail.encode())].decode(errors="ignore")
    if unicodedata.combining(name[len(head)]):  # no letter loses its marks
        head = head.rstrip("".join(filter(unicodedata.combining, set(head))))[:-1] or head
    return head + tail


def _to_ascii(name: str) -> str:
    letters = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    plain = letters.encode("ascii", "replace").decode()
    plain = re.sub(r'[^ -~]|["\\%;?*<>|:/]', "_", plain)
    stem, dot, ending = plain.rpartition(".")
    if re.search(r"[A-Za-z0-9]", stem or ending):
        return plain
    return _DEFAULT_NAME + (dot + ending if stem and re.search(r"[A-Za-z0-9]", ending) else "")
