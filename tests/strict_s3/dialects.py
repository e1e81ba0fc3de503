"""How each store dresses its refusals. AWS is the measure; the others differ in a table's row.

`StrictS3.dialect` names a row: `aws`, `r2`, `b2`, `google`, `minio`, `ceph`, `bare`, `rclone`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from .refusals import HAS_EXPIRED, NOT_YET_VALID, Refusal
from .wire import Answer, Request

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'


@dataclass(frozen=True)
class Ids:
    """The two ids of an answer, the same in its headers and its body."""

    request_id: str = "TX234S0F24A06C7D"
    host_id: str = "EXAMPLEhostid0123456789abcdef="


def _as_said(refusal: Refusal, _: Request) -> Refusal:
    return refusal


@dataclass(frozen=True)
class Dialect:
    """One store's way: `reword` turns AWS's refusal into the store's own."""

    reword: Callable[[Refusal, Request], Refusal] = _as_said
    declaration: str = DECLARATION + "\n"
    content_type: str = "application/xml"
    server: str = "AmazonS3"
    names_ids: bool = True
    ranged_status: int = 206
    """200 is what some stores answer to a ranged GET, with its Content-Range all the same."""

    def build_answer(self, refusal: Refusal, request: Request, ids: Ids) -> Answer:
        said = self.reword(refusal, request)
        elements = [("Code", said.code), *([] if said.message is None else [("Message", said.message)])]
        elements += said.elements.items()
        if self.names_ids:
            elements += [("RequestId", ids.request_id), ("HostId", ids.host_id)]
        body = self.declaration + "<Error>" + "".join(element(*one) for one in elements) + "</Error>"
        headers = {"Content-Type": self.content_type, **said.headers}
        return Answer(said.status, body.encode(), headers, reason=said.reason, chunked=True, closes=said.closes)


def element(name: str, text: str) -> str:
    """An XML element as S3 writes it: quotes stand as they are, control characters by their number."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    numbered = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", lambda found: f"&#x{ord(found[0]):x};", escaped)
    return f"<{name}>{numbered}</{name}>" if text or name == "Message" else f"<{name}/>"


def _ended_in_words_of(ended: Callable[[Refusal, Request], Refusal]) -> Callable[[Refusal, Request], Refusal]:
    def reword(refusal: Refusal, request: Request) -> Refusal:
        return ended(refusal, request) if refusal.message == HAS_EXPIRED else refusal

    return reword


def _r2(refusal: Refusal, _: Request) -> Refusal:
    return Refusal("ExpiredRequest", refusal.message, 403)


def _b2(_: Refusal, request: Request) -> Refusal:
    stamp, expires = request.parameter("X-Amz-Date"), request.parameter("X-Amz-Expires")
    words = f"Request has expired given timestamp: '{stamp}' and expiration: {expires}"
    return Refusal("UnauthorizedAccess", words, 403)


def _google(refusal: Refusal, _: Request) -> Refusal:
    ended = refusal.elements["Expires"].replace("Z", "+00:00")
    details = f"Request signature expired at: {ended}"
    return Refusal("ExpiredToken", "The provided token has expired.", 400, {"Details": details})


def _minio(refusal: Refusal, request: Request) -> Refusal:
    words = "Request is not valid yet" if refusal.message == NOT_YET_VALID else refusal.message
    named = {"Key": "", "BucketName": "", "Resource": request.path}
    return replace(refusal, message=words, elements=named)


def _ceph(refusal: Refusal, _: Request) -> Refusal:
    return replace(refusal, message=None, elements={})


def _bare(refusal: Refusal, _: Request) -> Refusal:
    return replace(refusal, code="AccessDenied", message="", status=403, elements={}, headers={})


def _rclone(refusal: Refusal, _: Request) -> Refusal:
    return replace(refusal, status=400, elements={})


DIALECTS = {
    "aws": Dialect(),
    "r2": Dialect(_ended_in_words_of(_r2), DECLARATION, server="cloudflare", names_ids=False),
    "b2": Dialect(_ended_in_words_of(_b2), server="nginx", names_ids=False),
    "google": Dialect(
        _ended_in_words_of(_google),
        "<?xml version='1.0' encoding='UTF-8'?>",
        "application/xml; charset=UTF-8",
        server="UploadServer",
        names_ids=False,
    ),
    "minio": Dialect(_minio, server="MinIO"),
    "ceph": Dialect(_ceph, DECLARATION, server="Ceph Object Gateway"),
    "bare": Dialect(_bare, server="Store"),
    "rclone": Dialect(_ended_in_words_of(_rclone), server="rclone", ranged_status=200),
}
