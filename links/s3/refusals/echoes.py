"""What a store echoes of the request whose signature it calculated, compared with the request that was sent.

AWS, and stores that copy it closely, print the canonical request and the string to sign beside
`SignatureDoesNotMatch`; the latter names the scope (SigV4), or is the request itself (SigV2). They hold the session
token and the link itself, so only what differs is kept.
Source: Amazon S3 API reference, "Authenticating Requests"; docs/store-answers.md, section 1.2.
"""

from dataclasses import dataclass, field, replace
from urllib.parse import SplitResult, unquote

from links.domain.signed_urls.url_parts import DEFAULT_PORTS, split_raw
from links.domain.stores.answers import Echo
from links.lib.redaction import redact

_METHOD = "GET"  # the probe's
_MAX_NAMES = 200
_MAX_PATH = 255
_MAX_SCOPE = 40


@dataclass(frozen=True, slots=True)
class _Request:
    """The parts of an echoed request that were told."""

    method: str
    path: str = ""
    query: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


def compare_echo(canonical_request: str, string_to_sign: str, url: str) -> Echo | None:
    """Compare what was echoed with a GET of `url`; None where nothing, or nothing known, was echoed. Never raises."""
    if not canonical_request and not string_to_sign:
        return None
    echoed = _read_canonical(canonical_request) or _read_string_to_sign(string_to_sign)
    try:
        sent = split_raw(url)
    except ValueError:
        return None
    asked = _read_query(sent.query)
    scope = _find_other_scope(string_to_sign, dict(asked))
    if echoed is None:
        return None if scope.is_same else scope
    return replace(
        scope,
        host=_find_other_host(echoed, sent),
        method="" if echoed.method == _METHOD else echoed.method,
        path=_find_other_path(echoed.path, sent),
        is_encoded_twice=_is_encoded_twice(echoed.path, sent.path),
        headers=_join(_find_more_headers(echoed, dict(asked))),
        query=_find_other_query(echoed.query, asked),
    )


def _read_canonical(text: str) -> _Request | None:
    """Method, path and query, a header each line, an empty line, the names of the headers, and the body's digest."""
    lines = [line.rstrip("\r") for line in text.strip().split("\n")]
    if len(lines) < 5 or not _is_method(lines[0]) or not lines[1].startswith("/"):
        return None
    headers = {}
    for line in lines[3:]:
        name, colon, value = line.partition(":")
        if not colon:
            break
        headers[name.strip().lower()] = value.strip()
    return _Request(lines[0], lines[1], lines[2], headers)


def _read_string_to_sign(text: str) -> _Request | None:
    """SigV2: method, Content-MD5, Content-Type, and the end; then a line for each x-amz header, and the resource. Which
    bucket the resource begins with is the store's business."""
    lines = [line.rstrip("\r") for line in text.strip().split("\n")]
    if len(lines) < 5 or not _is_method(lines[0]) or not lines[-1].startswith("/"):
        return None
    named = {"content-md5": lines[1], "content-type": lines[2]}
    more = dict(line.partition(":")[::2] for line in lines[4:-1])
    return _Request(lines[0], headers={name: value for name, value in {**named, **more}.items() if value})


def _find_other_scope(text: str, asked: dict[str, str]) -> Echo:
    """SigV4: the algorithm, the moment, day/region/service/aws4_request, and a digest. What differs from the URL's."""
    lines = [line.strip() for line in text.strip().split("\n")]
    if len(lines) != 4 or not lines[0].startswith("AWS4-"):
        return Echo()
    theirs, ours = lines[2].split("/"), asked.get("X-Amz-Credential", "").split("/")[-4:]
    if len(theirs) != 4 or len(ours) != 4:
        return Echo()
    return Echo(
        region=_find_difference(theirs[1], ours[1]),
        service=_find_difference(theirs[2], ours[2]),
        date=_find_difference(lines[1], asked.get("X-Amz-Date", "")),
    )


def _find_difference(theirs: str, ours: str) -> str:
    return "" if theirs == ours else redact(theirs, longest=_MAX_SCOPE)


def _is_method(text: str) -> bool:
    return 2 < len(text) < 10 and text.isascii() and text.isupper() and text.isalpha()


def _read_query(query: str) -> list[tuple[str, str]]:
    """Without the signature itself, which no request is signed with."""
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    named = [(unquote(name), unquote(value)) for name, _, value in pairs]
    return [pair for pair in named if pair[0].lower() != "x-amz-signature"]


def _find_other_host(echoed: _Request, sent: SplitResult) -> str:
    received = echoed.headers.get("host", "").lower()
    default = f":{DEFAULT_PORTS.get(sent.scheme, 0)}"
    is_same = received.removesuffix(default) == sent.netloc.lower().removesuffix(default)
    return "" if not received or is_same else received[:255]


def _find_other_path(path: str, sent: SplitResult) -> str:
    """Some stores put the bucket of the host before the path."""
    received, asked = unquote(path), unquote(sent.path or "/")
    bucket, slash, key = received.removeprefix("/").partition("/")
    is_of_host = sent.netloc.startswith(f"{bucket}.") and slash + key == asked
    return "" if not received or received == asked or is_of_host else redact(received, longest=_MAX_PATH)


def _is_encoded_twice(path: str, sent: str) -> bool:
    once = unquote(path)
    return once != unquote(sent) and unquote(once) == unquote(sent)


def _find_more_headers(echoed: _Request, asked: dict[str, str]) -> list[str]:
    """Those that the URL does not say are signed."""
    signed = asked.get("X-Amz-SignedHeaders", "host").lower().split(";")
    return [name for name in echoed.headers if name not in (*signed, "host")]


def _find_other_query(query: str | None, asked: list[tuple[str, str]]) -> str:
    """SigV4 sorts by the encoded names."""
    if query is None:
        return ""
    if differing := {name for name, _ in set(_read_query(query)) ^ set(asked)}:
        return _join(sorted(differing))
    names = [pair.partition("=")[0] for pair in query.split("&")]
    return "" if names == sorted(names) else "order"


def _join(names: list[str]) -> str:
    return redact(", ".join(names), longest=_MAX_NAMES)
