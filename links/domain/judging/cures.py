"""What the cure of a finding is done with: the pages and buttons of this site that it names, or something elsewhere.
The same for what a refusal asks for.

A test walks this table: what a cure names is there, for a role that may do it, and a code without a row fails.
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType

from links.domain.findings import Code, Finding
from links.domain.judging.facts import Delivery
from links.domain.reasons import Reason


class Act(StrEnum):
    # With a key or a bucket, on pages of their own: whoever reads of it is led there.
    ENTER_SECRET = "enter-secret"  # noqa: S105  an act's name
    ROTATE_KEY = "rotate-key"
    PROVE_KEY = "prove-key"
    CHANGE_BUCKET = "change-bucket"
    ADD_BUCKET = "add-bucket"
    LIST_KEYS = "list-keys"
    # With a link, on its own page.
    RESCUE = "rescue"
    FOLLOW_LATEST = "follow-latest"
    VALIDATE = "validate"
    REVOKE = "revoke"
    MAKE_LINK = "make-link"
    # At the store, in IAM, with DNS, on this server.
    ELSEWHERE = "elsewhere"


# What is mended with a key or a bucket of ours, where the URL was signed by us.
_OF_OUR_OWN = frozenset({Code.KEY_UNKNOWN, Code.KEY_INACTIVE, Code.BUCKET_MISSING, Code.WRONG_REGION})


def mark_signed_elsewhere(finding: Finding, delivery: Delivery) -> Finding:
    """As it is to be said of a link: no key and no bucket of this site mends a URL that somebody else signed."""
    if delivery is not Delivery.FOREIGN or finding.code not in _OF_OUR_OWN:
        return finding
    return replace(finding, params={**finding.params, "delivery": delivery.value})


def is_signed_elsewhere(finding: Finding) -> bool:
    return finding.params.get("delivery") == Delivery.FOREIGN.value


_STABLE = (Act.RESCUE, Act.MAKE_LINK)
_NEW_KEY = (Act.ROTATE_KEY, Act.CHANGE_BUCKET)

ACTS: Mapping[Code, tuple[Act, ...]] = MappingProxyType(
    {
        Code.TEMPORARY_CREDENTIALS: _STABLE,
        Code.TEMPORARY_CREDENTIALS_ENDED: _STABLE,
        Code.TEMPORARY_KEY_WITHOUT_TOKEN: _STABLE,
        Code.MIXED_CREDENTIALS: (*_STABLE, Act.ELSEWHERE),
        Code.LONGER_THAN_SEVEN_DAYS: _STABLE,
        Code.SIGNATURE_ENDS_EARLY: _STABLE,
        Code.SIGNATURE_ENDED: _STABLE,
        Code.LEGACY_SIGNATURE: _STABLE,
        Code.ROOT_KEY: _NEW_KEY,
        Code.NOT_AN_IAM_USER: _NEW_KEY,
        Code.KEY_UNKNOWN: (Act.ELSEWHERE, *_NEW_KEY, *_STABLE),
        Code.KEY_INACTIVE: (Act.ELSEWHERE, *_NEW_KEY, *_STABLE),
        Code.KEY_NOT_PROVED: (Act.ELSEWHERE, Act.PROVE_KEY),
        Code.ACCOUNT_BLOCKED: (Act.ELSEWHERE, Act.MAKE_LINK),
        Code.SIGNATURE_MISMATCH: (Act.ENTER_SECRET, Act.ROTATE_KEY, *_STABLE),
        Code.ROTATION_DUE: _STABLE,
        Code.PERMISSION_LOST: (Act.ELSEWHERE, *_STABLE),
        Code.OBJECT_MISSING: (Act.ELSEWHERE, Act.VALIDATE, Act.FOLLOW_LATEST, Act.MAKE_LINK, Act.REVOKE),
        Code.OBJECT_REPLACED: (Act.FOLLOW_LATEST, Act.VALIDATE, Act.ELSEWHERE),
        Code.VERSION_MISSING: (Act.MAKE_LINK,),
        Code.LIFECYCLE_DELETES: (Act.ELSEWHERE, Act.MAKE_LINK),
        Code.ARCHIVED: (Act.ELSEWHERE,),
        Code.LIFECYCLE_ARCHIVES: (Act.ELSEWHERE, Act.MAKE_LINK),
        Code.RESTORE_ENDS: (Act.ELSEWHERE,),
        Code.BUCKET_MISSING: (Act.CHANGE_BUCKET, Act.ADD_BUCKET, Act.REVOKE, *_STABLE),
        Code.WRONG_REGION: (Act.CHANGE_BUCKET, *_STABLE),
        Code.POLICY_LIMITS_AGE: (*_STABLE, Act.ELSEWHERE),
        Code.POLICY_LIMITS_CALLERS: (Act.ELSEWHERE, Act.MAKE_LINK),
        Code.POLICY_LIMITS_TIME: (Act.ELSEWHERE, Act.MAKE_LINK),
        Code.POLICY_REFUSES_PRESIGNED: (Act.ELSEWHERE, Act.MAKE_LINK),
        Code.ENCRYPTION_KEY: (Act.ELSEWHERE,),
        Code.CLOCK_SKEW: (Act.ELSEWHERE, *_STABLE),
        Code.URL_CHANGED: _STABLE,
        Code.HEADERS_SIGNED: _STABLE,
        Code.SIGNED_WRONG: (Act.ELSEWHERE, *_STABLE),
        Code.SIGNED_FOR_UPLOAD: (Act.ELSEWHERE, *_STABLE),
        Code.RESPONSE_HEADER_REFUSED: (Act.ELSEWHERE, *_STABLE),
        Code.REQUEST_CHANGED: (Act.ELSEWHERE,),
        Code.REASON_CONTRADICTED: (*_STABLE, Act.ELSEWHERE),
        Code.NOT_PUBLIC: _STABLE,
        Code.LINK_REFUSED: _STABLE,
        Code.CLOUDFRONT_ENDS_EARLY: _STABLE,
        Code.CLOUDFRONT_ENDED: _STABLE,
        Code.CLOUDFRONT_STARTS_LATER: _STABLE,
        Code.CLOUDFRONT_OTHER_ADDRESS: _STABLE,
        Code.CLOUDFRONT_LIMITS_CALLERS: _STABLE,
        Code.CLOUDFRONT_KEY_UNKNOWN: (Act.ELSEWHERE, *_STABLE),
        Code.CLOUDFRONT_REFUSED: (Act.ELSEWHERE, *_STABLE),
        Code.WRONG_SERVICE: (Act.ELSEWHERE, *_STABLE),
        Code.BUCKET_WITH_DOTS: (*_STABLE, Act.ELSEWHERE),
        Code.WEBSITE_ENDPOINT: _STABLE,
        Code.ONE_REGION_SIGNED: (Act.ELSEWHERE, Act.MAKE_LINK),
        Code.PRESIGNED_NOT_SERVED: (Act.ELSEWHERE, *_STABLE),
        Code.KEY_ID_IMPOSSIBLE: (Act.ELSEWHERE, *_STABLE),
        Code.OBJECT_KEY_TOO_LONG: (Act.MAKE_LINK,),
        Code.UNREACHABLE: (Act.ELSEWHERE, Act.ADD_BUCKET),
        Code.CERTIFICATE_ENDS: (Act.ELSEWHERE,),
        Code.STORE_OVERLOADED: (Act.ELSEWHERE,),
        Code.REFUSED_OTHER: (Act.CHANGE_BUCKET, Act.ELSEWHERE),
        Code.GATE_REFUSED: (Act.CHANGE_BUCKET,),
        Code.BASE_URL_CHANGED: (Act.ELSEWHERE,),
        Code.WATCH_STOPPED: (Act.ELSEWHERE,),
        Code.VALIDATION_FAILS: (Act.VALIDATE, Act.ELSEWHERE),
        Code.SECRETS_UNREADABLE: (Act.ELSEWHERE, Act.ENTER_SECRET, Act.LIST_KEYS),
        Code.SECRETS_MISPLACED: (Act.ELSEWHERE, Act.ENTER_SECRET, Act.CHANGE_BUCKET),
    }
)

# What a refusal asks for that is done with a key or a bucket.
REFUSAL_ACTS: Mapping[Reason, tuple[Act, ...]] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                Reason.KEY_ID_EMPTY,
                Reason.KEY_ID_MALFORMED,
                Reason.KEY_ID_SHORT,
                Reason.KEY_OF_FEDERATED_USER,
                Reason.KEY_OF_ROLE,
                Reason.KEY_OF_ROOT,
                Reason.KEY_OF_STRANGER,
                Reason.KEY_REFUSED,
                Reason.KEY_REPLACED,
                Reason.KEY_SESSION,
                Reason.KEY_TEMPORARY,
                Reason.KEY_TOKEN,
                Reason.KEY_UNKNOWN_TO_STORE,
            ),
            _NEW_KEY,
        ),
        Reason.KEY_SECRET_EMPTY: (Act.ENTER_SECRET,),
        Reason.KEY_SECRET_MALFORMED: (Act.ENTER_SECRET,),
        Reason.KEY_SECRET_WRONG: (Act.ENTER_SECRET, Act.ROTATE_KEY),
        Reason.KEY_PENDING: (Act.PROVE_KEY,),
        Reason.CALLER_UNANSWERED: (Act.PROVE_KEY,),
        Reason.PROMISE_KEY_CANNOT_SIGN: (Act.PROVE_KEY, Act.CHANGE_BUCKET),
        Reason.SECRETS_MISPLACED: (Act.ENTER_SECRET, Act.CHANGE_BUCKET),
        **dict.fromkeys(
            (
                Reason.BUCKET_NAME_MALFORMED,
                Reason.ENDPOINT_FORBIDDEN,
                Reason.ENDPOINT_MALFORMED,
                Reason.ENDPOINT_NAMES_BUCKET,
                Reason.ENDPOINT_PRIVATE,
                Reason.GATE_WRONG_HOST,
                Reason.GATE_WRONG_REGION,
                Reason.LISTING_REFUSED,
                Reason.OBJECT_UNREADABLE,
                Reason.REGION_MALFORMED,
                Reason.REGION_MISSING,
                Reason.REGION_NOT_OF_ENDPOINT,
                Reason.STORE_ANSWER_TOO_LONG,
                Reason.STORE_ANSWER_UNREADABLE,
                Reason.STORE_UNANSWERED,
            ),
            (Act.CHANGE_BUCKET,),
        ),
        Reason.BUCKET_UNREGISTERED: (Act.ADD_BUCKET,),
        Reason.RESCUE_NO_BUCKET: (Act.ADD_BUCKET,),
        Reason.PROBE_HOST_NOT_ALLOWED: (Act.ADD_BUCKET,),
        Reason.PROMISE_OVER_ALREADY: (Act.ROTATE_KEY,),
    }
)
