"""The parameters of AWS's signatures, and of what copies them: how they are spelt, which others may stand beside them,
and what is wrong with their shape.
"""

from collections.abc import Iterable, Mapping

from links.domain.signed_urls.flaws import NAMES, Flaw, FlawKind
from links.domain.signed_urls.mistakes import Mistake, MistakeKind
from links.domain.signed_urls.url_parts import Query
from links.domain.signed_urls.values import show

EXPRESS_TOKEN = "x-amz-s3session-token"  # noqa: S105  a parameter's name
TOKEN_NAMES = frozenset({"x-amz-security-token", EXPRESS_TOKEN, "awssecuritytoken"})
# Every signer writes them so, and every store reads them so: in small letters they are other parameters.
SPELLINGS = {
    name.lower(): name
    for name in (
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-SignedHeaders",
        "X-Amz-Signature",
        "AWSAccessKeyId",
        "Signature",
        "Expires",
        "Policy",
        "Key-Pair-Id",
    )
}
# What a request to S3 may say in its query besides `x-amz-...` and `response-...` (S3 API reference, GetObject,
# ListObjectsV2, UploadPart; `x-id` is written by AWS's SDK for JavaScript).
_REQUEST_NAMES = frozenset(
    {
        "versionid",
        "x-id",
        "partnumber",
        "uploadid",
        "acl",
        "tagging",
        "torrent",
        "attributes",
        "list-type",
        "prefix",
        "delimiter",
    }
)


def find_misspelt_names(query: Query, needed: Iterable[str]) -> tuple[Mistake, ...]:
    if not _is_respelled(query, needed) or _is_lowered(query, needed):
        return ()
    return (Mistake(MistakeKind.NAMES, NAMES),)


def find_flaws(
    query: Query, needed: Iterable[str], sound: Mapping[str, bool], wrong: Iterable[Mistake]
) -> tuple[Flaw, ...]:
    """What is missing, or empty; what is malformed; what the store reads and stands there more than once. What the
    signer wrote wrong was not changed."""
    known = {each.name for each in wrong}
    is_again = any(each.kind is MistakeKind.AGAIN for each in wrong)
    names = () if is_again else (name for name in query.repeated if name in needed or is_known(name))
    repeated = [Flaw(FlawKind.REPEATED, show(name)) for name in names]
    empty = {each.name for each in wrong if each.kind is MistakeKind.EMPTY}
    missing = [Flaw(FlawKind.MISSING, name) for name in needed if not query.get(name) and name not in empty]
    unsound = [name for name, is_ok in sound.items() if not is_ok and query.get(name) and name not in known]
    malformed = [Flaw(FlawKind.MALFORMED, name) for name in unsound]
    if not query.get("versionid").isprintable():
        malformed.append(Flaw(FlawKind.MALFORMED, "versionid"))
    respelled = [Flaw(FlawKind.RESPELLED, NAMES)] if _is_respelled(query, needed) and NAMES not in known else []
    return (*repeated, *missing, *malformed, *respelled)


def _is_respelled(query: Query, needed: Iterable[str]) -> bool:
    return any(name in query.parameters and SPELLINGS[name] not in query.written for name in needed)


def _is_lowered(query: Query, needed: Iterable[str]) -> bool:
    """Whether the values are in small letters too, as no signer writes them: then all was lowered on its way."""
    return all(query.get(name) == query.get(name).lower() for name in needed)


def is_known(name: str) -> bool:
    """Whether a signer may have written this: SDKs put any `x-amz-` header into the query, and S3 ignores other names
    with `x-`, which AWS recommends for telling downloads apart in its access log."""
    return name in _REQUEST_NAMES or name in TOKEN_NAMES or name.startswith(("x-", "response-"))
