"""A storage backend whose `.url(name)` is a stable link: it works for the lifetime that was promised, however often its
signing key is rotated, and each object has one.

    STORAGES = {"default": {"BACKEND": "links.storage.StableLinkStorage", "OPTIONS": {
        "access_key": ..., "secret_key": ..., "bucket_name": ..., "region_name": ...,
        "lifetime": "1 year", "purpose": "storage", "password": "", "customer": ""}}}

Files are kept as `IamUserS3Storage` keeps them. The bucket is registered (`add_bucket`) where the links are: in the
project itself, which has "links" among its INSTALLED_APPS, or in a Holdfast elsewhere, which is asked over its API
(`HOLDFAST_URL`, `HOLDFAST_TOKEN`). docs/drop-in.md tells more.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC
from time import monotonic
from typing import Any, Protocol

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from links.domain.errors import HoldfastError, Refused
from links.domain.promise import lifetimes
from links.domain.promise.terms import MAX_PURPOSE_LENGTH
from links.s3.storage import IamUserS3Storage, StorageRefused
from links.storage.elsewhere import LinksElsewhere

log = logging.getLogger(__name__)

KEPT_SECONDS = 60.0
"""For how long a process remembers the URL of an object."""
MAX_KEPT = 10_000
_OPTIONS = {"lifetime": "", "purpose": "storage", "password": "", "customer": ""}


class LinkSource(Protocol):
    """Where the links of one storage come from."""

    def find_or_create(self, keys: Collection[str]) -> Mapping[str, str | HoldfastError]:
        """The URL of each object's link, which is made where there is none, or why it has none."""


class StableLinkStorage(IamUserS3Storage):
    """OPTIONS beside those of `IamUserS3Storage`: `lifetime` of new links (required; "30 days", "1 year"), and what
    they are for, `purpose`: two storages of one bucket with two purposes have two links for an object. `password` and
    `customer` are those of new links.

    A link that has ended or was revoked is not made anew: its URL stays what it was, and its page says what has become
    of it. Staff extend or revive it. Raises `StorageRefused` as `IamUserS3Storage` does, and ImproperlyConfigured for a
    lifetime that is missing or cannot be read.
    """

    def __init__(self, **options: Any) -> None:
        given = {name: options.pop(name, getattr(type(self), name, default)) for name, default in _OPTIONS.items()}
        super().__init__(**options)
        self.lifetime, self.purpose, self.password, self.customer = (str(given[name]) for name in _OPTIONS)
        if not self.lifetime:
            raise ImproperlyConfigured('Say in OPTIONS for how long links work, as in "lifetime": "1 year".')
        if not 0 < len(self.purpose) <= MAX_PURPOSE_LENGTH:
            raise ImproperlyConfigured(f'"purpose" in OPTIONS has 1 to {MAX_PURPOSE_LENGTH} characters.')
        try:
            lifetimes.parse(self.lifetime, zone=UTC)
        except Refused as refused:
            raise StorageRefused(refused) from None
        self._kept, self._kept_lock, self._links = _begin()

    def url(
        self,
        name: str,
        parameters: Mapping[str, Any] | None = None,
        expire: int | None = None,
        http_method: str | None = None,
    ) -> str:
        """The object's link; "" where there is none and none can be made (the object is not in the bucket, the store or
        Holdfast does not answer), which the log tells: a page with many files is not to fail by one. `find_url` raises
        it instead.

        Raises TypeError for what a stable link cannot have: parameters, an expiry in seconds, another method.
        """
        if parameters or expire is not None or http_method not in (None, "GET"):
            raise TypeError(
                "A stable link has no parameters, expiry or method of its own; sign() makes a URL that has."
            )
        try:
            return self.find_url(name)
        except HoldfastError as refused:
            log.warning("an object has no link: %s", refused.code)
            return ""

    def find_url(self, name: str) -> str:
        """As `url`. Raises a `HoldfastError` that says in a sentence why there is no link."""
        answer = self._find([name])[name]
        if isinstance(answer, HoldfastError):
            raise answer.with_traceback(None)  # the same error may be told of many objects
        return answer

    def prefetch(self, names: Iterable[str]) -> None:
        """Learn the URLs of many objects at once, by one query or request for each thousand: for a minute `.url` then
        asks nobody. Those that have no link yet get one."""
        self._find(list(names))

    def _find(self, names: Collection[str]) -> dict[str, str | HoldfastError]:
        keys = {name: self._key_of(name) for name in names}
        with self._kept_lock:
            since = monotonic() - KEPT_SECONDS
            kept = {key: url for key in keys.values() if (url := self._kept_since(key, since))}
        missing = list(dict.fromkeys(key for key in keys.values() if key not in kept))
        found = dict(self._source().find_or_create(missing)) if missing else {}
        urls = {key: url for key, url in found.items() if isinstance(url, str)}
        with self._kept_lock:
            if len(self._kept) + len(urls) > MAX_KEPT:
                self._kept.clear()
            self._kept |= {key: (monotonic(), url) for key, url in urls.items()}
        return {name: kept.get(key) or found[key] for name, key in keys.items()}

    def _kept_since(self, key: str, since: float) -> str:
        at, url = self._kept.get(key, (since, ""))
        return url if at > since else ""

    def _source(self) -> LinkSource:
        if self._links is None:
            self._links = self._make_source()
        return self._links

    def _make_source(self) -> LinkSource:
        source: Callable[..., LinkSource] = LinksElsewhere
        if apps.is_installed("links"):
            # Only now: its models cannot be imported while the project's are, whose fields have a storage.
            from links.storage.here import LinksHere  # noqa: PLC0415

            source = LinksHere
        return source(
            self.bucket_name, self.endpoint_url or "", self.region_name or "",
            lifetime=self.lifetime, purpose=self.purpose, password=self.password, customer=self.customer,
        )  # fmt: skip

    def __getstate__(self) -> dict[str, Any]:
        """A copy in another process asks for its URLs itself."""
        state = super().__getstate__()
        return {name: value for name, value in state.items() if name not in ("_kept", "_kept_lock", "_links")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self._kept, self._kept_lock, self._links = _begin()


def _begin() -> tuple[dict[str, tuple[float, str]], threading.Lock, LinkSource | None]:
    """What a process keeps of its own: URLs with the time when they were learnt, their lock, and who is asked."""
    return {}, threading.Lock(), None
