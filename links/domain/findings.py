"""The reasons why a link will not, or does not, keep its promise.

A new reason is one entry in `FINDING_KINDS`, one rule that yields it (`links.domain.judging.foresight` for what can be
known beforehand, `links.domain.judging.causes` for what a store's answer tells), and its words in
`links.texts.findings`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Flag, StrEnum, auto
from types import MappingProxyType


class Verdict(StrEnum):
    """The outcome of one validation."""

    HEALTHY = "healthy"
    AT_RISK = "at_risk"
    BROKEN = "broken"
    UNKNOWN = "unknown"
    ENDED = "ended"


class Subject(StrEnum):
    """What a root cause is about; the links that share it share one incident."""

    KEY = "key"
    BUCKET = "bucket"
    HOST = "host"
    OBJECT = "object"
    LINK = "link"
    SITE = "site"


class Code(StrEnum):
    TEMPORARY_CREDENTIALS = "temporary-credentials"
    TEMPORARY_CREDENTIALS_ENDED = "temporary-credentials-ended"
    TEMPORARY_KEY_WITHOUT_TOKEN = "temporary-key-without-token"  # noqa: S105  a finding's name
    MIXED_CREDENTIALS = "mixed-credentials"
    LONGER_THAN_SEVEN_DAYS = "longer-than-seven-days"
    SIGNATURE_ENDS_EARLY = "signature-ends-early"
    SIGNATURE_ENDED = "signature-ended"
    LEGACY_SIGNATURE = "legacy-signature"
    ROOT_KEY = "root-key"
    NOT_AN_IAM_USER = "not-an-iam-user"
    KEY_UNKNOWN = "key-unknown"
    KEY_INACTIVE = "key-inactive"
    KEY_NOT_PROVED = "key-not-proved"
    ACCOUNT_BLOCKED = "account-blocked"
    SIGNATURE_MISMATCH = "signature-mismatch"
    ROTATION_DUE = "rotation-due"
    PERMISSION_LOST = "permission-lost"
    OBJECT_MISSING = "object-missing"
    OBJECT_REPLACED = "object-replaced"
    VERSION_MISSING = "version-missing"
    LIFECYCLE_DELETES = "lifecycle-deletes"
    ARCHIVED = "archived"
    LIFECYCLE_ARCHIVES = "lifecycle-archives"
    RESTORE_ENDS = "restore-ends"
    BUCKET_MISSING = "bucket-missing"
    WRONG_REGION = "wrong-region"
    WRONG_SERVICE = "wrong-service"
    BUCKET_WITH_DOTS = "bucket-with-dots"
    WEBSITE_ENDPOINT = "website-endpoint"
    ONE_REGION_SIGNED = "one-region-signed"
    PRESIGNED_NOT_SERVED = "presigned-not-served"
    KEY_ID_IMPOSSIBLE = "key-id-impossible"
    OBJECT_KEY_TOO_LONG = "object-key-too-long"
    POLICY_LIMITS_AGE = "policy-limits-age"
    POLICY_LIMITS_CALLERS = "policy-limits-callers"
    POLICY_LIMITS_TIME = "policy-limits-time"
    POLICY_REFUSES_PRESIGNED = "policy-refuses-presigned"
    ENCRYPTION_KEY = "encryption-key"
    CLOCK_SKEW = "clock-skew"
    URL_CHANGED = "url-changed"
    HEADERS_SIGNED = "headers-signed"
    SIGNED_WRONG = "signed-wrong"
    SIGNED_FOR_UPLOAD = "signed-for-upload"
    RESPONSE_HEADER_REFUSED = "response-header-refused"
    REQUEST_CHANGED = "request-changed"
    REASON_CONTRADICTED = "reason-contradicted"
    NOT_PUBLIC = "not-public"
    LINK_REFUSED = "link-refused"
    CLOUDFRONT_ENDS_EARLY = "cloudfront-ends-early"
    CLOUDFRONT_ENDED = "cloudfront-ended"
    CLOUDFRONT_STARTS_LATER = "cloudfront-starts-later"
    CLOUDFRONT_OTHER_ADDRESS = "cloudfront-other-address"
    CLOUDFRONT_LIMITS_CALLERS = "cloudfront-limits-callers"
    CLOUDFRONT_KEY_UNKNOWN = "cloudfront-key-unknown"
    CLOUDFRONT_REFUSED = "cloudfront-refused"
    UNREACHABLE = "unreachable"
    CERTIFICATE_ENDS = "certificate-ends"
    STORE_OVERLOADED = "store-overloaded"
    REFUSED_OTHER = "refused-other"
    GATE_REFUSED = "gate-refused"
    BASE_URL_CHANGED = "base-url-changed"
    WATCH_STOPPED = "watch-stopped"
    VALIDATION_FAILS = "validation-fails"
    SECRETS_UNREADABLE = "secrets-unreadable"
    SECRETS_MISPLACED = "secrets-misplaced"


# The store does not do its work, whatever it does instead: it tells nothing of any link.
OUTAGE = (Code.STORE_OVERLOADED, Code.UNREACHABLE)


class Handling(Flag):
    """What is done about a way to die: it cannot be made, it is found before it happens, or once it did."""

    PREVENTED = auto()
    FORESEEN = auto()
    DETECTED = auto()


@dataclass(frozen=True, slots=True)
class FindingKind:
    """What never changes about a code: its row in the catalogue of deaths, what its incidents are about, and what
    is done about it."""

    row: int
    subject: Subject
    handling: Handling


_P, _F, _D = Handling.PREVENTED, Handling.FORESEEN, Handling.DETECTED

FINDING_KINDS: Mapping[Code, FindingKind] = MappingProxyType(
    {
        Code.TEMPORARY_CREDENTIALS: FindingKind(1, Subject.BUCKET, _P | _F),
        Code.TEMPORARY_CREDENTIALS_ENDED: FindingKind(8, Subject.BUCKET, _D),
        Code.TEMPORARY_KEY_WITHOUT_TOKEN: FindingKind(3, Subject.BUCKET, _P | _D),
        Code.MIXED_CREDENTIALS: FindingKind(5, Subject.BUCKET, _P | _D),
        Code.LONGER_THAN_SEVEN_DAYS: FindingKind(9, Subject.LINK, _P | _D),
        Code.SIGNATURE_ENDS_EARLY: FindingKind(10, Subject.LINK, _P | _F),
        Code.SIGNATURE_ENDED: FindingKind(10, Subject.LINK, _D),
        Code.LEGACY_SIGNATURE: FindingKind(11, Subject.BUCKET, _P | _F | _D),
        Code.ROOT_KEY: FindingKind(12, Subject.KEY, _P | _D),
        Code.NOT_AN_IAM_USER: FindingKind(13, Subject.KEY, _P | _D),
        Code.KEY_UNKNOWN: FindingKind(14, Subject.KEY, _D),
        Code.KEY_INACTIVE: FindingKind(15, Subject.KEY, _D),
        Code.KEY_NOT_PROVED: FindingKind(13, Subject.KEY, _P | _D),
        Code.ACCOUNT_BLOCKED: FindingKind(41, Subject.KEY, _D),
        Code.SIGNATURE_MISMATCH: FindingKind(16, Subject.KEY, _D),
        Code.ROTATION_DUE: FindingKind(17, Subject.KEY, _F),
        Code.PERMISSION_LOST: FindingKind(18, Subject.BUCKET, _D),
        Code.OBJECT_MISSING: FindingKind(19, Subject.OBJECT, _P | _D),
        Code.OBJECT_REPLACED: FindingKind(20, Subject.OBJECT, _P | _D),
        Code.VERSION_MISSING: FindingKind(21, Subject.OBJECT, _D),
        Code.LIFECYCLE_DELETES: FindingKind(22, Subject.OBJECT, _P | _F),
        Code.ARCHIVED: FindingKind(23, Subject.OBJECT, _P | _D),
        Code.LIFECYCLE_ARCHIVES: FindingKind(23, Subject.OBJECT, _F),
        Code.RESTORE_ENDS: FindingKind(24, Subject.OBJECT, _P | _F),
        Code.BUCKET_MISSING: FindingKind(25, Subject.BUCKET, _P | _D),
        Code.WRONG_REGION: FindingKind(25, Subject.BUCKET, _P | _F | _D),
        Code.WRONG_SERVICE: FindingKind(44, Subject.HOST, _P | _F),
        Code.BUCKET_WITH_DOTS: FindingKind(44, Subject.BUCKET, _P | _F),
        Code.WEBSITE_ENDPOINT: FindingKind(44, Subject.HOST, _P | _F),
        Code.ONE_REGION_SIGNED: FindingKind(44, Subject.HOST, _P | _F),
        Code.PRESIGNED_NOT_SERVED: FindingKind(44, Subject.HOST, _F),
        Code.KEY_ID_IMPOSSIBLE: FindingKind(45, Subject.HOST, _P | _F),
        Code.OBJECT_KEY_TOO_LONG: FindingKind(46, Subject.LINK, _P | _F),
        Code.POLICY_LIMITS_AGE: FindingKind(26, Subject.BUCKET, _F | _D),
        Code.POLICY_LIMITS_CALLERS: FindingKind(27, Subject.BUCKET, _F),
        Code.POLICY_LIMITS_TIME: FindingKind(42, Subject.BUCKET, _P | _F | _D),
        Code.POLICY_REFUSES_PRESIGNED: FindingKind(43, Subject.BUCKET, _P | _F | _D),
        Code.ENCRYPTION_KEY: FindingKind(28, Subject.BUCKET, _D),
        Code.CLOCK_SKEW: FindingKind(29, Subject.HOST, _F | _D),
        Code.URL_CHANGED: FindingKind(30, Subject.LINK, _F | _D),
        Code.HEADERS_SIGNED: FindingKind(30, Subject.LINK, _P | _F | _D),
        Code.SIGNED_WRONG: FindingKind(47, Subject.LINK, _P | _F),
        Code.SIGNED_FOR_UPLOAD: FindingKind(48, Subject.LINK, _P | _F),
        Code.RESPONSE_HEADER_REFUSED: FindingKind(49, Subject.LINK, _P | _F | _D),
        Code.REQUEST_CHANGED: FindingKind(50, Subject.HOST, _D),
        Code.REASON_CONTRADICTED: FindingKind(51, Subject.HOST, _D),
        Code.NOT_PUBLIC: FindingKind(52, Subject.LINK, _D),
        Code.LINK_REFUSED: FindingKind(53, Subject.LINK, _D),
        Code.CLOUDFRONT_ENDS_EARLY: FindingKind(33, Subject.LINK, _F),
        Code.CLOUDFRONT_ENDED: FindingKind(33, Subject.LINK, _D),
        Code.CLOUDFRONT_STARTS_LATER: FindingKind(33, Subject.LINK, _F),
        Code.CLOUDFRONT_OTHER_ADDRESS: FindingKind(33, Subject.LINK, _F),
        Code.CLOUDFRONT_LIMITS_CALLERS: FindingKind(33, Subject.LINK, _F),
        Code.CLOUDFRONT_KEY_UNKNOWN: FindingKind(33, Subject.KEY, _D),
        Code.CLOUDFRONT_REFUSED: FindingKind(33, Subject.HOST, _D),
        Code.UNREACHABLE: FindingKind(34, Subject.HOST, _D),
        Code.CERTIFICATE_ENDS: FindingKind(34, Subject.HOST, _F),
        Code.STORE_OVERLOADED: FindingKind(35, Subject.HOST, _D),
        Code.REFUSED_OTHER: FindingKind(36, Subject.BUCKET, _D),
        Code.GATE_REFUSED: FindingKind(37, Subject.BUCKET, _P | _D),
        Code.BASE_URL_CHANGED: FindingKind(38, Subject.SITE, _F),
        Code.WATCH_STOPPED: FindingKind(39, Subject.SITE, _D),
        Code.VALIDATION_FAILS: FindingKind(39, Subject.LINK, _D),
        Code.SECRETS_UNREADABLE: FindingKind(40, Subject.SITE, _P | _D),
        Code.SECRETS_MISPLACED: FindingKind(40, Subject.KEY, _P | _D),
    }
)

_RANKS = (Verdict.BROKEN, Verdict.AT_RISK, Verdict.UNKNOWN, Verdict.HEALTHY)


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason. `fails_at` is when it will kill the link at the latest (aware UTC), None where that cannot
    be known or lies beyond the promise. `params` fill the gaps of its sentence: plain text, never a secret."""

    code: Code
    verdict: Verdict
    fails_at: datetime | None = None
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> FindingKind:
        return FINDING_KINDS[self.code]

    @property
    def alternatives(self) -> tuple[str, ...]:
        """What it may be instead: codes, where the evidence does not exclude them."""
        return tuple(self.params["one_of"].split(", ")) if self.params.get("one_of") else ()

    @property
    def is_certain(self) -> bool:
        """Whether the evidence excludes every other cause that is known."""
        is_guess = bool(self.alternatives or self.params.get("may") or self.params.get("guessed"))
        return self.verdict is not Verdict.UNKNOWN and not is_guess

    def to_json(self) -> dict[str, object]:
        return {
            "code": self.code.value,
            "verdict": self.verdict.value,
            "fails_at": self.fails_at.isoformat() if self.fails_at else None,
            "params": dict(self.params),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> "Finding":
        """Read back what `to_json` wrote. Raises ValueError for a code that is no longer known."""
        fails_at, params = stored.get("fails_at"), stored.get("params")
        return cls(
            Code(str(stored["code"])),
            Verdict(str(stored["verdict"])),
            datetime.fromisoformat(str(fails_at)) if fails_at else None,
            {str(name): str(value) for name, value in params.items()} if isinstance(params, dict) else {},
        )


def read_findings(stored: Iterable[Mapping[str, object]]) -> list[Finding]:
    """What rows hold, without what an older version wrote and nobody knows any more."""
    return [finding for each in stored if (finding := _try_to_read(each))]


def _try_to_read(stored: Mapping[str, object]) -> Finding | None:
    try:
        return Finding.from_json(stored)
    except (ValueError, KeyError):
        return None


def find_worst_verdict(findings: Iterable[Finding]) -> Verdict:
    """The verdict that findings add up to: the gravest. "Could not tell" outweighs only "healthy"."""
    found = {finding.verdict for finding in findings}
    return next((verdict for verdict in _RANKS if verdict in found), Verdict.HEALTHY)


def first_failure(findings: Iterable[Finding]) -> datetime | None:
    """The earliest moment at which one of the findings is known to kill the link."""
    return min((finding.fails_at for finding in findings if finding.fails_at), default=None)
