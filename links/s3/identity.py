"""Ask the store who a key is (STS GetCallerIdentity), and IAM in what state a user's keys are."""

from collections.abc import Mapping
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from links.domain.buckets.endpoints import CUSTOM_REGION, aws_endpoint, host_of, normalize_endpoint
from links.domain.credentials import Caller, CallerKind, KeyPair, read_arn
from links.domain.errors import HoldfastError, KeyRefused, Unavailable
from links.domain.judging.facts import ListedKey, Listing
from links.domain.reasons import Reason
from links.domain.stores.hosts import is_aws_host
from links.s3.boto_errors import ask
from links.s3.sessions import make_session

_CLIENT_CONFIG = Config(connect_timeout=5, read_timeout=5, retries={"total_max_attempts": 2, "mode": "standard"})
_UNKNOWN = {"InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId"}
_SESSION = {"ExpiredToken", "ExpiredTokenException", "InvalidToken"}
_CLOCK = {"RequestExpired", "RequestTimeTooSkewed"}
_CLOCK_WORDS = ("signature expired", "not yet current")  # docs/store-answers.md, section 2


def identify(pair: KeyPair, *, region: str = "", endpoint: str = "") -> Caller | None:
    """Who the key is, or None where a store other than AWS has no identity service, as most.

    No endpoint means AWS, by the region's own STS. Raises `KeyRefused`: key-unknown-to-store, key-secret-wrong,
    key-session; `Unavailable`: clock-skew, caller-unanswered; `Refused`: endpoint-malformed, endpoint-private,
    endpoint-forbidden.
    """
    custom = _is_custom(endpoint)
    region, url = _find_service("sts", region, endpoint)
    session = make_session(pair.access_key_id, pair.secret)
    try:
        client = session.client("sts", region_name=region, endpoint_url=url, config=_CLIENT_CONFIG)
        return ask(lambda: _read_identity(client.get_caller_identity(), custom=custom))
    except ClientError as refusal:
        _read_refusal(refusal, pair, custom=custom)
        return None
    except Unavailable as silent:
        if silent.reason is Reason.STORE_ANSWER_UNREADABLE:
            _require(custom=custom)
            return None
        raise Unavailable(Reason.CALLER_UNANSWERED) from None
    except (BotoCoreError, ValueError):  # no client can be made for such a region
        raise Unavailable(Reason.CALLER_UNANSWERED) from None


def list_keys(
    pair: KeyPair, *, region: str = "", endpoint: str = "", user_name: str = ""
) -> dict[str, ListedKey] | None:
    """A user's access keys by id, or None where they may not be read. No name: the caller's own."""
    who: dict[str, Any] = {"UserName": user_name} if user_name else {}
    session = make_session(pair.access_key_id, pair.secret)
    try:
        region, url = _find_service("iam", region, endpoint)
        client = session.client("iam", region_name=region, endpoint_url=url, config=_CLIENT_CONFIG)
        return ask(lambda: _read_keys(client.list_access_keys(**who)))
    except (ClientError, BotoCoreError, HoldfastError, ValueError):
        return None


def _read_keys(answer: Mapping[str, Any]) -> dict[str, ListedKey]:
    keys = answer["AccessKeyMetadata"]
    return {key["AccessKeyId"]: ListedKey(Listing(key["Status"].lower()), key.get("CreateDate")) for key in keys}


def _is_custom(endpoint: str) -> bool:
    return bool(endpoint) and not is_aws_host(host_of(normalize_endpoint(endpoint)))


def _find_service(service: str, region: str, endpoint: str) -> tuple[str, str]:
    """Signing region and endpoint. AWS has one IAM for each partition (AWS general reference, IAM endpoints)."""
    region = region or CUSTOM_REGION
    if _is_custom(endpoint):
        return region, normalize_endpoint(endpoint)
    if service != "iam":
        return region, aws_endpoint(service, region)
    if region.startswith("cn-"):
        return "cn-north-1", "https://iam.cn-north-1.amazonaws.com.cn"
    if region.startswith("us-gov-"):
        return "us-gov-west-1", "https://iam.us-gov.amazonaws.com"
    return "us-east-1", "https://iam.amazonaws.com"


def _read_identity(answer: Mapping[str, Any], *, custom: bool) -> Caller | None:
    arn = answer.get("Arn")
    if not isinstance(arn, str) or not arn:
        _require(custom=custom)
        return None
    caller = read_arn(arn)
    # Other stores' names have another shape; only one that names a session tells us something.
    return None if custom and caller.kind is CallerKind.OTHER and ":sts:" not in arn else caller


def _read_refusal(refusal: ClientError, pair: KeyPair, *, custom: bool) -> None:
    """What a refusal means; an S3 endpoint answers STS in S3's shape, without STS's `Error`, and says nothing."""
    error = refusal.response.get("Error", {})
    status = refusal.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    error_found = _explain(str(error.get("Code", "")), str(error.get("Message", "")), pair)
    if error_found is not None:
        raise error_found
    if custom and (status < 500 or status == 501):
        return
    raise Unavailable(Reason.CALLER_UNANSWERED)


def _explain(code: str, message: str, pair: KeyPair) -> HoldfastError | None:
    said = message.casefold()
    if code in _CLOCK or (code == "SignatureDoesNotMatch" and any(words in said for words in _CLOCK_WORDS)):
        return Unavailable(Reason.CLOCK_SKEW)
    if code == "SignatureDoesNotMatch" and "should be scoped" not in said:
        return KeyRefused(Reason.KEY_SECRET_WRONG, access_key_id=pair.access_key_id)
    if code in _UNKNOWN:
        return KeyRefused(Reason.KEY_UNKNOWN_TO_STORE, access_key_id=pair.access_key_id)
    if code in _SESSION:
        return KeyRefused(Reason.KEY_SESSION, access_key_id=pair.access_key_id)
    return None


def _require(*, custom: bool) -> None:
    """The answer had another shape: no identity service at all, or, at AWS, something between AWS and us."""
    if not custom:
        raise Unavailable(Reason.CALLER_UNANSWERED)
