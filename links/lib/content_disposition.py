"""The `Content-Disposition` under which a browser saves a file (RFC 6266, with RFC 8187 for what is not ASCII)."""

import re
import unicodedata
from urllib.parse import quote, unquote

from links.lib.safe_text.visible import make_visible

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
_WRITTEN_ANEW = re.compile(r";\s*filename\*\s*=\s*utf-8'[^']*'(?P<name>[^;\s]*)\s*", re.IGNORECASE)
_SENDABLE = re.compile(r"[\x20-\x7e]*")


def make_sendable(header: str) -> str:
    """A header as every store and browser takes it: pure ASCII, no line break, and no name that turns its letters. What
    is not so is written as RFC 8187 says; where no name can be told the first word alone is left."""
    extended = _WRITTEN_ANEW.search(header)
    name = unquote(extended["name"]) if extended else ""
    if _SENDABLE.fullmatch(header) and make_visible(name) == name:
        return header
    found = _WRITTEN.fullmatch(_WRITTEN_ANEW.sub("", header))
    kind = re.match(r"[A-Za-z-]+", header)
    name = name or (found and (found["quoted"] or found["bare"])) or ""
    return attachment(name).replace("attachment", kind[0] if kind else "attachment", 1)


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
