"""Where people find an object's name: `s3://`, ARNs and the pages of AWS's console."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote

from links.domain.errors import Unreadable
from links.domain.reasons import Reason
from links.domain.signed_urls.url_parts import split_raw

# An ARN's resource and what follows `s3://` are the key as it is: nothing in them is percent-encoded.
_S3 = re.compile(r"s3[an]?://(?P<bucket>[^/]+)(?:/(?P<key>.*))?", re.DOTALL | re.IGNORECASE)
_ARN = re.compile(r"arn:aws[a-z-]*:s3:::(?P<bucket>[^/]+)(?:/(?P<key>.*))?", re.DOTALL)
_CONSOLE_HOST = re.compile(
    r"(?:[a-z0-9-]+\.)*console\.(?:aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com|aws\.eu)"
)
_CONSOLE_PATH = re.compile(r"/s3/(?:object|buckets|upload|get)/(?P<bucket>[^/]+)/?(?P<key>.*)", re.DOTALL)
_SCHEMES = ("s3://", "s3a://", "s3n://", "arn:", "http://", "https://")


@dataclass(frozen=True, slots=True)
class ObjectAddress:
    """A bucket's name and a key; a key that is empty or ends in a slash is a folder's."""

    bucket: str
    key: str

    @property
    def is_folder(self) -> bool:
        return not self.key or self.key.endswith("/")


def is_address(text: str) -> bool:
    """Whether this was pasted from somewhere, rather than typed as a key."""
    return text.strip().lower().startswith(_SCHEMES)


def read_address(text: str) -> ObjectAddress | None:
    """What stands in `s3://bucket/key`, an ARN, or a URL of the console; None for any other URL, whose host alone
    tells what it means. Raises `Unreadable("object-address-unreadable")`."""
    plain = text.strip()
    if found := _S3.fullmatch(plain) or _ARN.fullmatch(plain):
        return ObjectAddress(found["bucket"], found["key"] or "")
    if not plain.lower().startswith(("http://", "https://")):
        raise Unreadable(Reason.OBJECT_ADDRESS_UNREADABLE)
    try:
        parts = split_raw(plain)
    except ValueError:
        raise Unreadable(Reason.OBJECT_ADDRESS_UNREADABLE) from None
    return _read_console(parts) if _CONSOLE_HOST.fullmatch(parts.hostname or "") else None


def _read_console(parts: SplitResult) -> ObjectAddress:
    """The console says which object as `prefix`, percent-encoded once; its older pages had the key in the path."""
    found = _CONSOLE_PATH.fullmatch(parts.path)
    if not found:
        raise Unreadable(Reason.OBJECT_ADDRESS_UNREADABLE)
    prefix = parse_qs(parts.query, keep_blank_values=True).get("prefix", [""])[0]
    return ObjectAddress(unquote(found["bucket"]), prefix or unquote(found["key"]))
