"""Signing in one place: buckets are opened to be signed for, and every click, or what stands for one, is signed alike.

An operation opens each of its buckets once, and hands `OpenBuckets` down to whatever signs or asks for it.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import lru_cache, partial
from threading import RLock
from typing import Any, TypeVar

from links.conf import site
from links.domain.buckets.endpoints import Addressing, SigningBucket
from links.domain.credentials import KeyPair, KeyState
from links.domain.errors import HoldfastError, KeyRefused, Refused
from links.domain.judging.facts import BucketFacts
from links.domain.reasons import Reason
from links.domain.signed_urls.gate import CheckedUrl
from links.domain.signed_urls.reading import SignedUrl
from links.domain.visits.clicks import CLICK_SECONDS, is_too_short
from links.models import Bucket, ShareLink, SigningKey
from links.s3 import signer
from links.services import store_clocks

VERSIONS_KEPT = 256

Value = TypeVar("Value")


class OpenBuckets:
    """What one operation has opened: each bucket and each key's secret once, and each bucket's configuration read once,
    however many links there are. Threads may share it.

    It is made for the operation and forgotten with it: the next one sees a key that was replaced or refused since. What
    is kept beyond it is what each version of the rows opened to.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._buckets: dict[Hashable, SigningBucket | HoldfastError] = {}
        self._pairs: dict[Hashable, KeyPair | HoldfastError] = {}
        self._facts: dict[Hashable, BucketFacts | HoldfastError] = {}

    def open(self, bucket: Bucket) -> SigningBucket:
        """The bucket with its key opened, ready to sign.

        Raises `KeyRefused` where the key may not sign, `Unavailable` where its secret cannot be read
        (`secrets-unreadable`), or where the bucket or the key were changed past this site (`secrets-misplaced`).
        """
        return self._do_once(self._buckets, (bucket.pk, bucket.key.pk), partial(self._open, bucket))

    def open_key(self, key: SigningKey) -> KeyPair:
        """The key with its secret, whether or not it may sign. Raises as `open` does where there is none to be read."""
        return self._do_once(self._pairs, key.pk, partial(_open_key, _Version.of_key(key)))

    def read_facts(self, bucket: Bucket) -> BucketFacts:
        """What the bucket's configuration says, as it was kept last."""
        return self._do_once(self._facts, (bucket.pk, bucket.configuration_at), bucket.to_facts)

    def _open(self, bucket: Bucket) -> SigningBucket:
        key = bucket.key
        if not key.key_state.signs:
            pending = key.key_state is KeyState.PENDING
            raise KeyRefused(Reason.KEY_PENDING if pending else key.state_reason, key=key.label, host=key.asked_host)
        return _open_bucket(_Version.of_bucket(bucket))

    def _do_once(self, done: dict[Hashable, Value | HoldfastError], name: Hashable, do: Callable[[], Value]) -> Value:
        """A refusal is an answer, too: what cannot be opened is not tried for each link."""
        with self._lock:
            if name not in done:
                try:
                    done[name] = do()
                except HoldfastError as refused:
                    done[name] = refused
            answer = done[name]
        if isinstance(answer, HoldfastError):
            raise answer
        return answer


@dataclass(frozen=True, slots=True)
class _Version:
    """A bucket, or a key, as its row is now: two are the same where every value is that decides what is signed, and by
    which of `ENCRYPTION_KEYS` it is opened."""

    row: Any = field(compare=False)
    values: tuple[object, ...] = field(repr=False)

    @classmethod
    def of_key(cls, key: SigningKey) -> "_Version":
        secret = key.read_stored("secret")
        return cls(key, (key.access_key_id, key.endpoint, key.encryption_id, secret, *site.ENCRYPTION_KEYS))

    @classmethod
    def of_bucket(cls, bucket: Bucket) -> "_Version":
        place = (bucket.name, bucket.region, bucket.endpoint, bucket.addressing)
        binding = bucket.read_stored("binding")
        of_key = cls.of_key(bucket.key).values
        return cls(bucket, (*place, bucket.encryption_id, binding, bucket.key.pk, *of_key))


@lru_cache(maxsize=VERSIONS_KEPT)
def _open_bucket(version: _Version) -> SigningBucket:
    """Opened once for each version, and kept in memory alone; a refusal is not kept. Raises what `open` raises."""
    bucket: Bucket = version.row
    pair = _open_key(_Version.of_key(bucket.key))
    bucket.require_binding()
    return SigningBucket(
        name=bucket.name,
        access_key_id=pair.access_key_id,
        secret=pair.secret,
        region=bucket.region,
        endpoint=bucket.endpoint,
        addressing=Addressing(bucket.addressing),
        key_version=str(bucket.key.pk),
    )


@lru_cache(maxsize=VERSIONS_KEPT)
def _open_key(version: _Version) -> KeyPair:
    key: SigningKey = version.row
    if not key.secret:
        raise KeyRefused(Reason.KEY_SECRET_EMPTY, access_key_id=key.access_key_id)
    return KeyPair(key.access_key_id, key.secret.open())


def forget_opened() -> None:
    """Begin as a process that has opened nothing."""
    _open_bucket.cache_clear()
    _open_key.cache_clear()


def open_bucket(bucket: Bucket) -> SigningBucket:
    """One bucket, for an operation that opens no other. Raises what `OpenBuckets.open` raises."""
    return OpenBuckets().open(bucket)


def sign_as_click(link: ShareLink, opened: OpenBuckets) -> CheckedUrl:
    """The URL that a click on this link leads to, for three minutes by the clock of the store.

    Raises `Refused` and its kin, `Unavailable("secrets-unreadable")`: whatever keeps the bucket's key from signing.
    """
    if link.bucket is None:
        raise Refused(Reason.LINK_WITHOUT_BUCKET)
    bucket, seconds = opened.open(link.bucket), find_click_seconds(link.host)
    return signer.sign(bucket, link.object_key, seconds, filename=link.filename, version_id=link.version_id)


def find_click_seconds(host: str) -> int:
    """For how many seconds a click is signed now: longer for a store whose clock is known to be ahead of ours."""
    return CLICK_SECONDS + store_clocks.find_extra_seconds(host)


def was_signed_too_short(url: SignedUrl, host: str) -> bool:
    """Whether a store that refused this URL of a click may only have taken it for too old. Ask once its clock is
    known, by its answer: then it is worth signing again."""
    return is_too_short(url.lifetime, find_click_seconds(host))
