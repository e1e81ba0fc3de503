"""Ask by boto3, and read what it raises when a store says no, or nothing, or nonsense."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog
from botocore.exceptions import BotoCoreError, ClientError

from links.domain.errors import HoldfastError, Unavailable
from links.domain.findings import Code
from links.domain.reasons import Reason
from links.domain.stores import refusal_words
from links.s3.responses import find_region

log = structlog.get_logger(__name__)
Answer = TypeVar("Answer")

# What was refused was signed a moment ago, without a token: an end or a beginning is the clocks'.
_REASONS: dict[str, Code] = {
    refusal_words.KEY_UNKNOWN: Code.KEY_UNKNOWN,
    refusal_words.KEY_INACTIVE: Code.KEY_INACTIVE,
    refusal_words.KEY_EXPIRED: Code.KEY_INACTIVE,
    refusal_words.ACCOUNT_BLOCKED: Code.ACCOUNT_BLOCKED,
    refusal_words.ENDED: Code.CLOCK_SKEW,
    refusal_words.TOKEN_ENDED: Code.CLOCK_SKEW,
    refusal_words.EARLY: Code.CLOCK_SKEW,
    "UserSuspended": Code.KEY_INACTIVE,
    "SignatureDoesNotMatch": Code.SIGNATURE_MISMATCH,
    "NoSuchBucket": Code.BUCKET_MISSING,
    "NoSuchKey": Code.OBJECT_MISSING,
    "NoSuchVersion": Code.VERSION_MISSING,
    refusal_words.ELSEWHERE: Code.WRONG_REGION,
    "TemporaryRedirect": Code.WRONG_REGION,
    "AuthorizationHeaderMalformed": Code.WRONG_REGION,
    "AuthorizationQueryParametersError": Code.WRONG_REGION,
    "IllegalLocationConstraintException": Code.WRONG_REGION,
    "InvalidObjectState": Code.ARCHIVED,
    refusal_words.DENIED: Code.PERMISSION_LOST,
    refusal_words.REQUESTER_PAYS: Code.PERMISSION_LOST,
    "Unauthorized": Code.PERMISSION_LOST,
    "RequestTimeTooSkewed": Code.CLOCK_SKEW,
    refusal_words.BUSY: Code.STORE_OVERLOADED,
    "301": Code.WRONG_REGION,
    "307": Code.WRONG_REGION,
    "403": Code.PERMISSION_LOST,
}


@dataclass(frozen=True, slots=True)
class Reply:
    """A refusal: its HTTP status (None where none came), the finding it amounts to, and the region it names."""

    status: int | None
    reason: Code
    region: str = ""
    recoverable: bool = False
    code: str = ""


def ask(question: Callable[[], Answer]) -> Answer:
    """Call boto3, and read its answer, within `question`: the one place where a store's nonsense gets its name.

    botocore's parsers raise whatever hostile XML, JSON, dates, encodings and nesting make of them, and so does who
    reads a document of another shape; a ResponseParserError even repeats the body. Raises `ClientError` where the
    store said no; `Unavailable`: store-unanswered, store-answer-unreadable, store-answer-too-long; `Refused` where the
    dialler does.
    """
    try:
        return question()
    except (ClientError, HoldfastError):
        raise
    except BotoCoreError:
        raise Unavailable(Reason.STORE_UNANSWERED) from None
    except Exception as error:  # noqa: BLE001  nobody knows all that a hostile answer can make them raise
        log.warning("answer of a store not understood", error=type(error).__name__)
        raise Unavailable(Reason.STORE_ANSWER_UNREADABLE) from None


def read_failure(failure: ClientError | Unavailable) -> Reply:
    if not isinstance(failure, ClientError):
        return Reply(None, Code.UNREACHABLE)
    error = failure.response.get("Error", {})
    metadata = failure.response.get("ResponseMetadata", {})
    status = metadata.get("HTTPStatusCode", 0)
    headers = {name.lower(): str(value) for name, value in metadata.get("HTTPHeaders", {}).items()}
    message = str(error.get("Message", ""))
    return Reply(
        status,
        explain_code(str(error.get("Code", "")), status, message),
        find_region(headers, {"Region": str(error.get("Region", ""))}, message),
        headers.get("x-amz-delete-marker", "") == "true",
        str(error.get("Code", ""))[:100],
    )


def explain_code(code: str, status: int | None, message: str = "") -> Code:
    """The finding that a store's words amount to by themselves; for a link, `judging.causes` knows more."""
    named = refusal_words.name_code(code, message)
    if refusal_words.is_of_kms(named) or "kms:" in message.casefold():
        return Code.ENCRYPTION_KEY
    if named not in _REASONS and ((status or 0) >= 500 or status in (408, 429)):
        return Code.STORE_OVERLOADED
    if named == "Unauthorized" and status == 401:
        return Code.KEY_UNKNOWN
    return _REASONS.get(named, Code.REFUSED_OTHER)
