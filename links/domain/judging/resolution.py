"""When a cause is over, by what one validation has shown.

A request meets its causes in an order: it has to be signed, the store has to answer, its time and shape have to be
right, the key has to be known and its signature right, the bucket has to be there, the key has to be allowed to read
it, and only then the object is looked at. Whatever speaks first hides what stands behind it. So a cause that an answer
told is over only where a later answer contradicts it: the object was served, or the refusal came from further on.
A cause that was foreseen is over where the facts that it rests on were read again and no longer say it. What could not
be asked ends nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from types import MappingProxyType

from links.domain.findings import OUTAGE, Code, Finding, Verdict
from links.domain.judging.causes import is_conclusive, is_denial
from links.domain.judging.facts import Delivery, Facts
from links.domain.stores.answers import Answer


class Check(Enum):
    """What a validation can show to be in order, or to have been read."""

    # The steps of a request.
    PROOF_ANSWERED = auto()  # who the key is, whatever the answer was
    KEY_ACCEPTED = auto()  # by us: it may sign
    URL_READY = auto()  # it was signed, or the one that was handed out could be read
    STORE_ANSWERS = auto()
    TIME_RIGHT = auto()
    URL_WHOLE = auto()  # as it was signed
    KEY_KNOWN = auto()
    SIGNATURE_RIGHT = auto()
    BUCKET_FOUND = auto()
    READING_ALLOWED = auto()
    OBJECT_FOUND = auto()
    OBJECT_READABLE = auto()  # not archived
    SERVED = auto()
    # What foreseen causes rest on.
    RULES_READ = auto()
    POLICY_READ = auto()
    CLOCKS_COMPARED = auto()
    CERTIFICATE_READ = auto()


@dataclass(frozen=True, slots=True)
class EndCondition:
    """What has to be shown before a cause of this kind is over: `detected` where an answer, or a failure to sign, told
    of it; `foreseen` where it was only a warning."""

    detected: Check
    foreseen: Check


def _either_way(step: Check) -> EndCondition:
    return EndCondition(step, step)


def _read_off(step: Check) -> EndCondition:
    """The URL and our own rows tell it, too: a warning is over as soon as they were read and say otherwise."""
    return EndCondition(step, Check.URL_READY)


END_CONDITIONS: Mapping[Code, EndCondition] = MappingProxyType(
    {
        # Before a store is asked.
        Code.SECRETS_UNREADABLE: _either_way(Check.URL_READY),
        Code.SECRETS_MISPLACED: _either_way(Check.URL_READY),
        Code.GATE_REFUSED: _either_way(Check.URL_READY),
        Code.KEY_NOT_PROVED: _either_way(Check.PROOF_ANSWERED),
        Code.WATCH_STOPPED: _either_way(Check.SERVED),
        Code.VALIDATION_FAILS: _either_way(Check.URL_READY),
        Code.BASE_URL_CHANGED: _either_way(Check.URL_READY),
        # The way to the store.
        Code.UNREACHABLE: _either_way(Check.STORE_ANSWERS),
        Code.STORE_OVERLOADED: _either_way(Check.STORE_ANSWERS),
        Code.CERTIFICATE_ENDS: _either_way(Check.CERTIFICATE_READ),
        # Time, and the shape of the URL.
        Code.CLOCK_SKEW: EndCondition(Check.TIME_RIGHT, Check.CLOCKS_COMPARED),
        Code.SIGNATURE_ENDED: _either_way(Check.TIME_RIGHT),
        Code.SIGNATURE_ENDS_EARLY: _read_off(Check.URL_READY),
        Code.LONGER_THAN_SEVEN_DAYS: _read_off(Check.URL_WHOLE),
        Code.LEGACY_SIGNATURE: _read_off(Check.URL_WHOLE),
        Code.URL_CHANGED: _read_off(Check.URL_WHOLE),
        Code.HEADERS_SIGNED: _read_off(Check.URL_WHOLE),
        Code.SIGNED_WRONG: _read_off(Check.URL_WHOLE),
        Code.SIGNED_FOR_UPLOAD: _read_off(Check.URL_WHOLE),
        Code.RESPONSE_HEADER_REFUSED: _read_off(Check.URL_WHOLE),
        Code.REQUEST_CHANGED: _either_way(Check.SIGNATURE_RIGHT),
        Code.REASON_CONTRADICTED: _either_way(Check.TIME_RIGHT),
        Code.NOT_PUBLIC: _either_way(Check.READING_ALLOWED),
        Code.LINK_REFUSED: _either_way(Check.READING_ALLOWED),
        Code.CLOUDFRONT_ENDED: _either_way(Check.TIME_RIGHT),
        Code.CLOUDFRONT_ENDS_EARLY: _read_off(Check.URL_READY),
        Code.CLOUDFRONT_STARTS_LATER: _read_off(Check.URL_READY),
        Code.CLOUDFRONT_OTHER_ADDRESS: _read_off(Check.URL_READY),
        Code.CLOUDFRONT_LIMITS_CALLERS: _read_off(Check.URL_READY),
        Code.CLOUDFRONT_REFUSED: _either_way(Check.READING_ALLOWED),
        Code.WRONG_SERVICE: _read_off(Check.URL_WHOLE),
        Code.KEY_ID_IMPOSSIBLE: _read_off(Check.KEY_KNOWN),
        # The key and its signature.
        Code.TEMPORARY_CREDENTIALS: _read_off(Check.URL_READY),
        Code.TEMPORARY_CREDENTIALS_ENDED: _either_way(Check.KEY_KNOWN),
        Code.TEMPORARY_KEY_WITHOUT_TOKEN: _read_off(Check.KEY_KNOWN),
        Code.MIXED_CREDENTIALS: _read_off(Check.KEY_KNOWN),
        Code.KEY_UNKNOWN: _either_way(Check.KEY_KNOWN),
        Code.KEY_INACTIVE: _either_way(Check.KEY_KNOWN),
        Code.CLOUDFRONT_KEY_UNKNOWN: _either_way(Check.KEY_KNOWN),
        Code.ACCOUNT_BLOCKED: _either_way(Check.READING_ALLOWED),
        Code.ROOT_KEY: EndCondition(Check.KEY_ACCEPTED, Check.URL_READY),
        Code.NOT_AN_IAM_USER: EndCondition(Check.KEY_ACCEPTED, Check.URL_READY),
        Code.SIGNATURE_MISMATCH: _either_way(Check.SIGNATURE_RIGHT),
        Code.ROTATION_DUE: _read_off(Check.URL_READY),
        # The bucket, and what may be read in it.
        Code.BUCKET_MISSING: _either_way(Check.BUCKET_FOUND),
        Code.WRONG_REGION: _either_way(Check.BUCKET_FOUND),
        Code.PERMISSION_LOST: _either_way(Check.READING_ALLOWED),
        Code.POLICY_LIMITS_AGE: EndCondition(Check.READING_ALLOWED, Check.POLICY_READ),
        Code.POLICY_LIMITS_CALLERS: _either_way(Check.POLICY_READ),
        Code.POLICY_LIMITS_TIME: _either_way(Check.POLICY_READ),
        Code.POLICY_REFUSES_PRESIGNED: _either_way(Check.POLICY_READ),
        Code.REFUSED_OTHER: _either_way(Check.READING_ALLOWED),
        Code.BUCKET_WITH_DOTS: _read_off(Check.URL_READY),
        Code.WEBSITE_ENDPOINT: _read_off(Check.URL_READY),
        Code.ONE_REGION_SIGNED: _read_off(Check.URL_READY),
        Code.PRESIGNED_NOT_SERVED: _read_off(Check.URL_READY),
        Code.OBJECT_KEY_TOO_LONG: _read_off(Check.URL_READY),
        # The object.
        Code.OBJECT_MISSING: _either_way(Check.OBJECT_FOUND),
        Code.VERSION_MISSING: _either_way(Check.OBJECT_READABLE),
        Code.ARCHIVED: _either_way(Check.OBJECT_READABLE),
        Code.ENCRYPTION_KEY: _either_way(Check.SERVED),
        Code.OBJECT_REPLACED: _either_way(Check.SERVED),
        Code.RESTORE_ENDS: _either_way(Check.SERVED),
        Code.LIFECYCLE_DELETES: _either_way(Check.SERVED),  # the object's own header knows more than the bucket's rules
        Code.LIFECYCLE_ARCHIVES: EndCondition(Check.SERVED, Check.RULES_READ),
    }
)

_ALL_STEPS = frozenset(step for step in Check if step.value <= Check.SERVED.value)
_BEFORE_THE_STORE = frozenset({Check.PROOF_ANSWERED, Check.KEY_ACCEPTED, Check.URL_READY})
_ANSWERED = _BEFORE_THE_STORE | {Check.STORE_ANSWERS}
_SIGNED_RIGHT = _ANSWERED | {Check.TIME_RIGHT, Check.URL_WHOLE, Check.KEY_KNOWN, Check.SIGNATURE_RIGHT}
_READ = _SIGNED_RIGHT | {Check.BUCKET_FOUND, Check.READING_ALLOWED}

# How far the request came that was refused for this. Where stores do not agree in which order they look, as with a
# key and the region of a bucket, nothing is taken for shown.
_CAME_TO: Mapping[Code, frozenset[Check]] = MappingProxyType(
    {
        Code.SIGNATURE_MISMATCH: _ANSWERED | {Check.KEY_KNOWN},
        Code.BUCKET_MISSING: _SIGNED_RIGHT,
        Code.PERMISSION_LOST: _SIGNED_RIGHT,
        Code.POLICY_LIMITS_AGE: _SIGNED_RIGHT,
        Code.POLICY_LIMITS_TIME: _SIGNED_RIGHT,
        Code.POLICY_REFUSES_PRESIGNED: _SIGNED_RIGHT,
        Code.OBJECT_MISSING: _READ,
        Code.VERSION_MISSING: _READ,
        Code.ARCHIVED: _READ | {Check.OBJECT_FOUND},
        Code.ENCRYPTION_KEY: _READ | {Check.OBJECT_FOUND, Check.OBJECT_READABLE},
    }
)

# Of each of these only one can be true of a link at a time: who finds another of them contradicts the first.
ALTERNATIVES: tuple[frozenset[Code], ...] = (
    frozenset(OUTAGE),
    frozenset(
        {
            Code.KEY_UNKNOWN,
            Code.KEY_INACTIVE,
            Code.TEMPORARY_CREDENTIALS_ENDED,
            Code.TEMPORARY_KEY_WITHOUT_TOKEN,
            Code.MIXED_CREDENTIALS,
            Code.CLOUDFRONT_KEY_UNKNOWN,
        }
    ),
    frozenset({Code.ROOT_KEY, Code.NOT_AN_IAM_USER}),
    frozenset({Code.BUCKET_MISSING, Code.WRONG_REGION}),
    frozenset({Code.OBJECT_MISSING, Code.VERSION_MISSING, Code.ARCHIVED}),
)

# A warning that has come true is over as a warning.
COMES_TRUE_AS: Mapping[Code, frozenset[Code]] = MappingProxyType(
    {
        Code.TEMPORARY_CREDENTIALS: frozenset({Code.TEMPORARY_CREDENTIALS_ENDED, Code.SIGNATURE_ENDED}),
        Code.SIGNATURE_ENDS_EARLY: frozenset({Code.SIGNATURE_ENDED, Code.TEMPORARY_CREDENTIALS_ENDED}),
        Code.CLOUDFRONT_ENDS_EARLY: frozenset({Code.CLOUDFRONT_ENDED}),
        Code.LIFECYCLE_DELETES: frozenset({Code.OBJECT_MISSING, Code.VERSION_MISSING}),
        Code.LIFECYCLE_ARCHIVES: frozenset({Code.ARCHIVED}),
        Code.RESTORE_ENDS: frozenset({Code.ARCHIVED}),
    }
)


def find_passed(facts: Facts, answer: Answer | None, cause: Finding | None) -> frozenset[Check]:
    """What one validation has shown. `cause` is why nothing was served, or why nothing could be signed."""
    return _find_passed_steps(facts, answer, cause) | _find_read(facts, answer)


def _find_passed_steps(facts: Facts, answer: Answer | None, cause: Finding | None) -> frozenset[Check]:
    if facts.url is None:
        is_proof_answered = cause is not None and cause.code in _ANSWERS_TO_THE_PROOF
        return frozenset({Check.PROOF_ANSWERED}) if is_proof_answered else frozenset()
    before = _BEFORE_THE_STORE if facts.delivery is Delivery.STABLE else frozenset({Check.URL_READY})
    if answer is None or not (answer.served or is_conclusive(answer)):
        return before
    if answer.served:
        return _ALL_STEPS
    return before | {Check.STORE_ANSWERS} | _read_refusal(facts, answer, cause) | _find_beside(facts)


_ANSWERS_TO_THE_PROOF = frozenset({Code.KEY_UNKNOWN, Code.SIGNATURE_MISMATCH, Code.ROOT_KEY, Code.NOT_AN_IAM_USER})


def _read_refusal(facts: Facts, answer: Answer, cause: Finding | None) -> frozenset[Check]:
    if cause is None:
        return frozenset()
    came_to = _CAME_TO.get(cause.code, frozenset())
    if not is_denial(answer):
        return frozenset() if cause.alternatives else came_to
    # "Access denied" says no more than that, whatever else was found out about the object; and where it has no words,
    # some stores mean a dead key, or a signature that is over.
    worded = bool(answer.message) and Code.KEY_UNKNOWN not in cause.alternatives
    return came_to & _SIGNED_RIGHT if worded or facts.caller_answers else frozenset()


def _find_beside(facts: Facts) -> frozenset[Check]:
    """What was asked besides: a URL signed a moment ago by the bucket's key, and the listing."""
    shown: frozenset[Check] = frozenset()
    if facts.exists:
        shown |= {Check.BUCKET_FOUND, Check.OBJECT_FOUND}
    if facts.fresh is not None and facts.fresh.served:
        shown |= {Check.BUCKET_FOUND, Check.OBJECT_FOUND, Check.OBJECT_READABLE}
        if facts.signed_by_own_key:
            shown |= {Check.KEY_KNOWN, Check.SIGNATURE_RIGHT}
    return shown


def _find_read(facts: Facts, answer: Answer | None) -> frozenset[Check]:
    read = {
        Check.RULES_READ: facts.url is not None and facts.configuration.rules is not None,
        Check.POLICY_READ: facts.url is not None and facts.configuration.denials is not None,
        Check.CLOCKS_COMPARED: answer is not None and answer.skew is not None,
        Check.CERTIFICATE_READ: answer is not None and answer.certificate_ends_at is not None,
    }
    return frozenset(shown for shown, is_read in read.items() if is_read)


def is_over(known: Finding, found: Iterable[Finding], shown: frozenset[Check], now: datetime) -> bool:
    """Whether a cause that was known before, and is not among what was `found` now, is over."""
    if known.code is Code.VALIDATION_FAILS:
        return True  # it was judged at last, whatever that came to
    ends = END_CONDITIONS[known.code]
    if (ends.foreseen if _is_to_come(known, now) else ends.detected) in shown:
        return True
    return any(_takes_the_place_of(other, known) for other in found)


def _is_to_come(known: Finding, now: datetime) -> bool:
    """Whether it is only a warning. What it warned of may have come when its moment has; and that a signer's clock was
    ahead is read off the URL, of which the clocks of today tell nothing."""
    is_past = known.fails_at is not None and known.fails_at <= now
    return known.verdict is Verdict.AT_RISK and not is_past and known.params.get("whose") != "signer"


def _takes_the_place_of(other: Finding, known: Finding) -> bool:
    """A warning that has come true; a doubt that was settled; another of what can only be one. What is itself in
    doubt, or only feared, settles nothing."""
    if other.code in COMES_TRUE_AS.get(known.code, ()):
        return True
    is_sure = other.verdict is not Verdict.AT_RISK and not other.alternatives
    return is_sure and continues(known, other.code)


def continues(known: Finding, other: Code) -> bool:
    """Whether `other` goes on with the trouble that `known` was: nobody may be told then that all is well."""
    same_kind = known.code == other or any(known.code in group and other in group for group in ALTERNATIVES)
    return same_kind or other in COMES_TRUE_AS.get(known.code, ()) or other in known.alternatives


def is_explained(doubt: Finding, known: Collection[Code]) -> bool:
    """Whether a finding that may be one of several causes is no news, because one of them is known for sure already."""
    return bool(doubt.alternatives) and any(code in known for code in (doubt.code, *doubt.alternatives))
