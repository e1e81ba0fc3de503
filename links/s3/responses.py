"""Turn the bytes of one HTTP answer into an `Answer`, and forget the rest."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from urllib.parse import unquote

from links.domain.signed_urls.url_parts import split_raw
from links.domain.stores.answers import Answer, Form
from links.lib.calendars import later
from links.lib.redaction import redact
from links.s3.refusals.bodies import join_message, read_refusal
from links.s3.refusals.echoes import compare_echo
from links.s3.refusals.intermediaries import name_intermediary

_CODE = re.compile(r"[A-Za-z0-9._-]{1,100}")
_EXPIRY = re.compile(r'expiry-date="([^"]{1,64})"')
_RULE = re.compile(r'rule-id="([^"]{0,1024})"')
_EXPECTED_REGION = re.compile(r"expecting '([a-z0-9-]{1,40})'|\bThe ([a-z0-9-]{1,40}) location constraint")
_STAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(?:\.[0-9]{1,9})?Z")
_PAGE = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|\?xml|error)\b", re.IGNORECASE)
_OLDEST = 2**31  # seconds; RFC 9111, 1.2.2
_EMPTY_ETAG = "d41d8cd98f00b204e9800998ecf8427e"


def read_answer(
    status: int, headers: Mapping[str, str], body: bytes, *, url: str = "", secrets: Sequence[str] = ()
) -> Answer:
    """Read the headers (lower-cased names) and a body of which the first 64 KiB came.

    `url` is what was asked for; `secrets` are texts that must not come back in the message of a refusal: a store's
    error may echo the token or the request. Never raises for what a stranger sent.
    """
    refused = status >= 300
    form, elements = read_refusal(body, headers.get("content-type", "")) if refused else (Form.NONE, {})
    message = join_message(elements)
    return Answer(
        status=status,
        code=_plain(elements.get("Code", "")),
        label=redact(elements.get("label", ""), secrets, longest=100),
        message=_shorten(message, secrets),
        form=form,
        served=_is_served(status, headers, body, elements),
        date=_find_date(headers),
        store_time=_parse_stamp(elements.get("ServerTime", "")),
        argument=redact(elements.get("ArgumentName", ""), secrets, longest=100),
        unsigned_headers=redact(elements.get("HeadersNotSigned", ""), secrets, longest=200),
        echo=compare_echo(elements.get("CanonicalRequest", ""), elements.get("StringToSign", ""), url),
        intermediary=name_intermediary(headers, message) if refused and "Code" not in elements else "",
        region=find_region(headers, elements, message),
        location_host=_host_of(headers.get("location", "")),
        delete_marker=_is_delete_marker(headers, elements),
        etag="" if refused else headers.get("etag", "")[:200],
        size=_find_size(status, headers, elements),
        version_id=headers.get("x-amz-version-id", "")[:1024],
        storage_class=_plain(headers.get("x-amz-storage-class", "") or elements.get("StorageClass", "")),
        content_type=headers.get("content-type", "")[:200],
        server=_name_server(headers.get("server", "")),
        expires_at=find_expiry(headers.get("x-amz-expiration", "")),
        expiry_rule=find_rule(headers.get("x-amz-expiration", "")),
        restored_until=find_expiry(headers.get("x-amz-restore", "")),
    )


@lru_cache(maxsize=64)
def _name_server(header: str) -> str:
    return redact(header, longest=80)


_LONGEST_MESSAGE = 300
_REASON = re.compile(r"\b(?:with an explicit deny|because no|because public)\b.{0,120}")


def _shorten(message: str, secrets: Sequence[str]) -> str:
    """What AWS denies for stands at the end, behind names of any length."""
    whole = redact(message, secrets, longest=4 * _LONGEST_MESSAGE)
    if len(whole) <= _LONGEST_MESSAGE or not (reason := _REASON.search(whole)):
        return whole[:_LONGEST_MESSAGE]
    return f"{whole[: _LONGEST_MESSAGE - len(reason[0]) - 3].rstrip()} … {reason[0]}"


def find_expiry(header: str) -> datetime | None:
    """The date in `x-amz-expiration` or `x-amz-restore`."""
    found = _EXPIRY.search(header)
    return _parse_date(found[1]) if found else None


def find_rule(header: str) -> str:
    """The rule's name in `x-amz-expiration`, without a NUL, which no database takes."""
    found = _RULE.search(header)
    return unquote(found[1]).replace("\0", "\N{REPLACEMENT CHARACTER}")[:255] if found else ""


def _is_delete_marker(headers: Mapping[str, str], elements: Mapping[str, str]) -> bool:
    """Stores that copy S3 call the header after themselves (`x-oss-delete-marker`)."""
    named = (value for name, value in headers.items() if name.endswith("-delete-marker"))
    return any(value.lower() == "true" for value in named) or elements.get("ResourceType") == "DeleteMarker"


def _is_served(status: int, headers: Mapping[str, str], body: bytes, elements: Mapping[str, str]) -> bool:
    if status == 416:
        return _says_empty(headers, elements)
    if status == 206 or (status == 200 and "content-range" in headers):
        # MinIO answers 206 with an error of its own where an object was tampered with.
        return bool(body) and ("content-range" in headers or not _PAGE.match(body))
    return status == 200 and _is_object(headers, body)


def _is_object(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a 200 that ignored the range is the object, not a proxy's or a portal's page.

    A page that is the object itself comes with the store's request id; an empty object with the MD5 of nothing. A
    store's tags are strong; weak ones are written by web servers.
    """
    if not headers.get("etag") or headers["etag"].startswith("W/"):
        return False
    if not body:
        return headers.get("content-length") == "0" and headers["etag"].strip('"') == _EMPTY_ETAG
    kind = headers.get("content-type", "").lower()
    pages = ("text/html", "application/xml", "text/xml", "application/json")
    looks_like_a_page = bool(_PAGE.match(body)) or kind.startswith(pages)
    return "x-amz-request-id" in headers or not looks_like_a_page


def _says_empty(headers: Mapping[str, str], elements: Mapping[str, str]) -> bool:
    """The first byte is out of range of an empty object only; rclone says `InvalidRange` and no size."""
    stated = {_whole(elements.get("ActualObjectSize", "")), _total(headers)} - {None}
    return stated == {0} or (not stated and elements.get("Code") == "InvalidRange")


def _find_size(status: int, headers: Mapping[str, str], elements: Mapping[str, str]) -> int | None:
    if status == 416 and _says_empty(headers, elements):
        return 0
    if status >= 300 or (status == 206 and "content-range" not in headers):
        return None
    return _total(headers) if "content-range" in headers else _whole(headers.get("content-length", ""))


def _total(headers: Mapping[str, str]) -> int | None:
    return _whole(headers.get("content-range", "").rpartition("/")[2])


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def find_region(headers: Mapping[str, str], elements: Mapping[str, str], message: str) -> str:
    """The bucket's own region where the answer names it (docs/store-answers.md, 1.3 and 1.6)."""
    named = headers.get("x-amz-bucket-region", "") or elements.get("Region", "")
    if not named and (said := _EXPECTED_REGION.search(message)):
        named = (said[1] or said[2]).replace("unspecified", "us-east-1")
    return _plain(named)


def _plain(text: str) -> str:
    return text if _CODE.fullmatch(text) else ""


def _find_date(headers: Mapping[str, str]) -> datetime | None:
    """When it was said. A cache gives an answer with the date that it had, and with its age (RFC 9111, 5.1)."""
    said = _parse_date(headers.get("date", ""))
    age = min(_whole(headers.get("age", "")) or 0, _OLDEST)
    return later(said, timedelta(seconds=age)) if said else None


@lru_cache(maxsize=64)
def _parse_date(text: str) -> datetime | None:
    """Kept: the answers of one second have one date."""
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _parse_stamp(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text[:19]).replace(tzinfo=UTC) if _STAMP.fullmatch(text) else None
    except ValueError:
        return None


def _host_of(location: str) -> str:
    try:
        return (split_raw(location).hostname or "")[:255]
    except ValueError:
        return ""
