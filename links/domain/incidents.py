"""Root causes: which findings are one incident, and when something is said about it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum

from links.domain.findings import OUTAGE, Code, Finding, Subject, Verdict, find_worst_verdict, first_failure
from links.domain.judging.resolution import is_explained
from links.domain.stores.clocks import is_about_our_clock
from links.domain.stores.hosts import read_host

SETTLE = timedelta(seconds=20)  # so that ten thousand links found in batches make one message with their count
REMINDER_EVERY = timedelta(days=1)
GREW_EVERY = timedelta(hours=1)
FLAPPING_WINDOW = timedelta(hours=6)
FLAPPING_OPENINGS = 3
STAYED = FLAPPING_WINDOW / 6  # for which a cause that comes and goes has to be here, or away, before that is said
RESOLVED_SETTLE = timedelta(minutes=5)  # good news can wait, and shall still be true when it is read
MAX_A_DAY = 3  # messages to one channel about one cause
UNKNOWN_BEFORE_ALARM = 3
SITE = "site"  # the subject of what is about this site


class NoticeKind(StrEnum):
    OPENED = "opened"
    REMINDER = "reminder"
    GREW = "grew"
    FLAPPING = "flapping"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class IncidentContext:
    """Where a finding was made: everything that a root cause can be about."""

    access_key_id: str = ""
    bucket: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class RootCause:
    """One cause and what it is about. `subject` is plain text for people and for grouping, never a secret."""

    code: Code
    subject: str
    about: Subject = field(default=Subject.LINK, compare=False)

    @property
    def names(self) -> tuple[Code, ...]:
        """The codes by which an incident of this cause may be known: a store that is out fails now in one way and
        now in another, and that is one outage."""
        return OUTAGE if self.code in OUTAGE else (self.code,)

    @property
    def affects_each_apart(self) -> bool:
        """Whether each link that it affects is mended for itself: then one that joins later is news."""
        return self.about in (Subject.OBJECT, Subject.LINK)


def find_root(finding: Finding, scene: IncidentContext) -> RootCause:
    """Group by what has to be mended: the key, the bucket, the store or the site.

    What has to be mended for each object or link apart, but in the same way, is one incident of their bucket or host:
    who mends it reads one message, with all of them in it.
    """
    place = scene.bucket or scene.host
    subjects = {
        Subject.KEY: finding.params.get("access_key_id") or scene.access_key_id or scene.host,
        Subject.BUCKET: place,
        Subject.HOST: find_store(scene.bucket, scene.host),
        Subject.OBJECT: place,
        Subject.LINK: place,
        Subject.SITE: SITE,
    }
    doubtful = Code.PERMISSION_LOST in finding.alternatives
    about = Subject.BUCKET if doubtful else finding.kind.subject
    if finding.code is Code.SIGNATURE_MISMATCH and finding.params.get("difference"):
        about = Subject.HOST  # what stands in front of the store changes requests, whoever signed them
    if finding.code is Code.VALIDATION_FAILS and finding.params.get("many"):
        about = Subject.SITE  # a fault of ours, not of one link
    return RootCause(finding.code, subjects[about], about)


def find_store(bucket: str, host: str) -> str:
    """The host without the bucket that may stand in its name: a store's buckets share its outages, and its clock."""
    bucket = bucket or read_host(host).bucket
    return host.removeprefix(f"{bucket}.") if bucket else host


def find_common(first: Finding, other: Finding) -> Finding:
    """What can be said of both, whose root cause is the same: what they agree in, the graver verdict and the earlier
    failure. Where one of them is in doubt, so is what they have in common."""
    agreed = dict(first.params.items() & other.params.items())
    doubts = [one.params["one_of"] for one in (first, other) if one.params.get("one_of")]
    params = {**agreed, "one_of": doubts[0]} if doubts else agreed
    return replace(
        first, verdict=find_worst_verdict((first, other)), fails_at=first_failure((first, other)), params=params
    )


# Where the first was found the second needs no alarm of its own: it has the same cure and comes later.
_OUTWEIGHS: dict[Code, frozenset[Code]] = {
    Code.TEMPORARY_CREDENTIALS: frozenset({Code.SIGNATURE_ENDS_EARLY}),
    Code.LONGER_THAN_SEVEN_DAYS: frozenset({Code.SIGNATURE_ENDS_EARLY}),
}


def find_alarming(
    findings: Iterable[Finding],
    unknown_streak: int,
    known: Collection[Code] = frozenset(),
    *,
    is_store_out: bool = False,
) -> list[Finding]:
    """The findings that make incidents. A store that could not tell once or twice is no alarm; `unknown_streak`
    counts this time too, and `is_store_out` tells that it could not often enough, of whatever link. What may as well be
    one of the causes that are `known` for sure, and cannot be asked about at present, is no news."""
    sure = [
        finding
        for finding in findings
        if not is_about_our_clock(finding)  # an incident of its own, whichever links show it
        and (_is_sure(finding) or unknown_streak >= UNKNOWN_BEFORE_ALARM or (is_store_out and finding.code in OUTAGE))
        and not is_explained(finding, known)
    ]
    outweighed = {code for finding in sure for code in _OUTWEIGHS.get(finding.code, ())}
    return [finding for finding in sure if finding.code not in outweighed]


def _is_sure(finding: Finding) -> bool:
    """A fault of ours is certain, though it keeps us from telling anything of the link."""
    is_ours = finding.kind.subject is Subject.SITE or finding.code is Code.VALIDATION_FAILS
    return finding.verdict is not Verdict.UNKNOWN or is_ours


def announce_opening(
    openings_lately: int, last_word: NoticeKind | None, *, is_informed: bool = False
) -> NoticeKind | None:
    """What to say to a channel when an incident opens for the n-th time (1 the first) within `FLAPPING_WINDOW`.
    `last_word` is what it was told last of this cause; `is_informed` says that it was never told of its end."""
    if openings_lately >= FLAPPING_OPENINGS and last_word is not NoticeKind.FLAPPING:
        return NoticeKind.FLAPPING
    if is_informed:
        return None
    return NoticeKind.FLAPPING if openings_lately >= FLAPPING_OPENINGS else NoticeKind.OPENED


def settle_resolution(openings_lately: int) -> timedelta:
    """How long a cause has to stay away before its end is told."""
    return RESOLVED_SETTLE if openings_lately == 1 else STAYED
