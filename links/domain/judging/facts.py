"""What is known about a link when it is judged, as values. None always means "not known"."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from links.domain.credentials import CallerKind, KeyState
from links.domain.findings import Code
from links.domain.policies.lifecycles import Rule
from links.domain.policies.statements import Statement
from links.domain.signed_urls.reading import SignedUrl
from links.domain.stores.answers import Answer


class Delivery(StrEnum):
    STABLE = "stable"
    PRESIGNED = "presigned"
    FOREIGN = "foreign"


class Listing(StrEnum):
    """What the user's own list of access keys says of one of them (iam:ListAccessKeys)."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class ListedKey:
    """One access key in its user's own list, and when it was made (aware UTC)."""

    state: Listing
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """The signing key that the link's bucket is bound to. `user` is the ARN of the IAM user it belongs to."""

    access_key_id: str
    state: KeyState
    caller: CallerKind | None = None
    rotates_at: datetime | None = None
    listing: Listing | None = None
    user: str = ""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why no URL could be signed at all, so that there was nothing to probe."""

    code: Code
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """The file that a link was made for. `pinned` tells that its URL names this very version."""

    etag: str = ""
    size: int | None = None
    pinned: bool = False
    made_at: datetime | None = None

    def is_replaced_in(self, answer: Answer) -> bool:
        """Whether another file was served. A pinned version cannot be replaced; elsewhere the ETag tells, and the
        size where a store has none."""
        if self.pinned or not answer.served:
            return False
        ours, theirs = _bare(self.etag), _bare(answer.etag)
        other_etag = bool(ours and theirs) and ours != theirs
        return other_etag or (self.size is not None and answer.size is not None and self.size != answer.size)


def _bare(etag: str) -> str:
    """A proxy that compresses makes a tag weak, and it is the same file all the same."""
    return etag.removeprefix("W/").strip('"')


@dataclass(frozen=True, slots=True)
class BucketFacts:
    """What the bucket's own configuration says, where it may be read."""

    rules: tuple[Rule, ...] | None = None
    denials: tuple[Statement, ...] | None = None
    grants: tuple[Statement, ...] = ()
    versioned: bool | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the judgement rests on, besides the store's answer and the clock.

    `url` is the URL that was probed: for a stable link one signed as a click would, else the very one that was
    handed out. `fresh` is the answer to a URL signed now by the bucket's key for the same object, asked for when
    the first answer was a refusal; `listing` is what the bucket key's user lists of the URL's key, where that is
    another. `found_as` is the name under which a missing object was found in its bucket. `handed_out_at` is the
    site's address in the stable URL that the customer has, `site` the address now. `promised_until` is None only
    where nobody promised anything.
    """

    delivery: Delivery
    url: SignedUrl | None
    promised_until: datetime | None = None
    seen_at: datetime | None = None
    bucket: str = ""
    object_key: str = ""
    key: KeyFacts | None = None
    fresh: Answer | None = None
    exists: bool | None = None
    found_as: str = ""
    may_list: bool | None = None
    caller_answers: bool | None = None
    listing: Listing | None = None
    obstacle: Obstacle | None = None
    file: FileFacts | None = None
    configuration: BucketFacts = BucketFacts()
    handed_out_at: str = ""
    site: str = ""

    @property
    def signed_by_own_key(self) -> bool:
        return bool(self.key and self.url and self.url.access_key_id == self.key.access_key_id)

    @property
    def listing_of_signer(self) -> Listing | None:
        return self.key.listing if self.key and self.signed_by_own_key else self.listing
