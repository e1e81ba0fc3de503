"""Where tests begin: a strict S3 endpoint with a user, a key and a bucket, and the rows that are bound to them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, Self
from urllib.request import urlopen

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from links.domain.credentials import KeyState
from links.domain.findings import Code
from links.domain.judging.facts import Delivery
from links.domain.pasted.urls import read_pasted
from links.domain.promise.terms import TERMS
from links.domain.sharing import EVERYTHING, ShareScope
from links.domain.viewers import OPERATOR
from links.models import Bucket, EncryptedValue, Incident, ShareLink, SharePermission, SigningKey
from links.services.buckets import binding
from links.services.keys import proofs
from links.services.link_terms import Terms
from links.services.links import creation, remake
from links.services.links.creation import NewLink, NewLinkRequest
from links.services.pasted import watch
from links.services.validation import batches
from links.services.validation.batches import ValidationResult
from tests import strict_s3
from tests.strict_s3 import AccessKey, Caller, StrictS3
from tests.strict_s3.buckets import Bucket as StoredBucket

CONTENT = b"one reportful of bytes"


@dataclass
class World:
    """The store's side (`user`, `access`, `store`) and ours (`key`, `bucket`); `clock` runs ahead of the real one."""

    s3: StrictS3
    user: Caller
    access: AccessKey
    store: strict_s3.Bucket
    key: SigningKey
    bucket: Bucket
    ahead: timedelta = field(default=timedelta())

    @classmethod
    def build(cls, s3: StrictS3, name: str = "files", *objects: str) -> Self:
        user = s3.add_user(f"share-{name}")
        access = s3.add_key(user)
        store = s3.add_bucket(name)
        for key in objects or ("report.pdf",):
            store.put(key, CONTENT, content_type="application/pdf")
        now = datetime.now(UTC)
        row = save_key(s3, access, f"key of {name}", now)
        return cls(s3, user, access, store, row, binding.add_bucket(name, row, now=now))

    def clock(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def wait(self, time: timedelta) -> None:
        """Time passes, for us and in what the store's answers say; signatures go by the real clock."""
        self.ahead += time
        self.s3.date_offset += time.total_seconds()

    def link_request(self, object_key: str = "report.pdf", lifetime: str = "30 days", **more: Any) -> NewLinkRequest:
        """`more` is said of the wish, or of its terms."""
        terms = Terms(**{term.name: more.pop(term.name) for term in TERMS if term.name in more})
        return NewLinkRequest(self.bucket, object_key, lifetime, UTC, **{"scope": EVERYTHING, "terms": terms, **more})

    def create_link(self, object_key: str = "report.pdf", lifetime: str = "30 days", **more: Any) -> NewLink:
        return creation.create_link(self.link_request(object_key, lifetime, **more), self.clock())

    def presign(self, object_key: str = "report.pdf", lifetime: str = "7 days") -> NewLink:
        return self.create_link(object_key, lifetime, delivery=Delivery.PRESIGNED)

    def watch(self, url: str, days: float = 6, *, scope: ShareScope = EVERYTHING) -> NewLink:
        return watch.watch_url(
            read_pasted(url), self.clock() + timedelta(days=days), now=self.clock(), scope=scope, owner=OPERATOR
        )

    def validate(self, *links: ShareLink) -> list[ValidationResult]:
        """Validate these now, or all."""
        ids = [link.pk for link in links] or list(ShareLink.objects.values_list("pk", flat=True))
        return batches.validate_links(ids, self.clock)

    def judge(self, link: ShareLink) -> ValidationResult:
        (judged,) = self.validate(link)
        return judged


class Endpoint(Protocol):
    """A store's address, and whether it says who a key is."""

    @property
    def url(self) -> str: ...
    @property
    def identity_service(self) -> bool: ...


def save_key(s3: Endpoint, access: AccessKey, label: str, now: datetime, *, region: str = "") -> SigningKey:
    """As `proofs.add_key` saves a user's key once this endpoint has told who it is, without a word to the endpoint:
    two clients and two questions less for each of two thousand tests. A test of
    `proofs` compares the two."""
    state = KeyState.PROVED if s3.identity_service else KeyState.UNPROVED
    return SigningKey.objects.create(
        label=label,
        access_key_id=access.id,
        secret=EncryptedValue.encrypt(access.secret),
        endpoint=s3.url,
        region=region,
        state=state.value,
        arn=access.caller.arn if s3.identity_service else "",
        proved_at=now if s3.identity_service else None,
        checked_at=now,
        check_due_at=now + proofs.PROVE_EVERY,
        created_at=now,
    )


def rescue_link(
    link: ShareLink, now: datetime, owner: User | None = None, *, scope: ShareScope = EVERYTHING
) -> NewLink:
    """Raises what it is refused for."""
    (row,) = remake.rescue_links([link], owner, scope, now)
    if row.done is None:
        raise row.refused or AssertionError("neither rescued nor refused")
    return row.done


def codes(judged: ValidationResult) -> list[Code]:
    return [finding.code for finding in judged.judgement.findings]


def open_incident(code: Code) -> Incident:
    return Incident.objects.open().get(code=code.value)


def fetch(url: str) -> bytes:
    """What anybody's browser gets."""
    with urlopen(url, timeout=10) as response:
        return bytes(response.read())


Clock = Callable[[], datetime]


OBJECT = "reports/年次 report.pdf"


@dataclass(frozen=True)
class Setup:
    s3: StrictS3
    stored: StoredBucket
    access_key: AccessKey
    key: SigningKey
    bucket: Bucket

    def create_link(
        self, lifetime: str = "30 days", delivery: Delivery = Delivery.STABLE, *, note: str = "", filename: str = ""
    ) -> creation.NewLink:
        terms = Terms(note=note, filename=filename)
        link_request = creation.NewLinkRequest(
            self.bucket, OBJECT, lifetime, UTC, EVERYTHING, delivery=delivery, terms=terms
        )
        return creation.create_link(link_request, timezone.now())


@pytest.fixture
def setup(db: None, strict_s3: StrictS3, now: datetime) -> Setup:
    access_key = strict_s3.add_key(strict_s3.add_user("share"))
    stored = strict_s3.add_bucket("files", region="eu-central-1")
    stored.put(OBJECT, b"x" * 1234, content_type="application/pdf")
    key = save_key(strict_s3, access_key, "Share", now, region="eu-central-1")
    return Setup(strict_s3, stored, access_key, key, binding.add_bucket("files", key, now=now))


def token_of(url: str) -> str:
    return url.rpartition("/")[2]


def let_share(
    receiver: User | Group, prefix: str = "", *, bucket: Bucket | None = None, max_days: int | None = None
) -> None:
    """What begins with this prefix, of one bucket or of all that there are."""
    whom = {"role": receiver} if isinstance(receiver, Group) else {"user": receiver}
    for each in [bucket] if bucket else Bucket.objects.all():
        SharePermission.objects.create(
            bucket=each, prefix=prefix, max_days=max_days, given_at=datetime.now(UTC), **whom
        )


def sign(world: World, key: str = "report.pdf", seconds: int = 604_800) -> str:
    return world.s3.presigner(world.access, world.store).v4(key, expires=seconds)


def lose_the_file(setup: Setup) -> None:
    setup.stored.delete(OBJECT)
