"""The registered buckets: which of them a name or a URL means, and whom we may probe because they are registered."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Self
from urllib.parse import urlsplit

from links.conf import site
from links.domain.buckets.endpoints import BucketLocation, aws_endpoint, locate, normalize_endpoint
from links.domain.errors import Refused
from links.domain.sharing import ShareScope
from links.domain.signed_urls.reading import SignedUrl, find_object
from links.domain.signed_urls.url_parts import DEFAULT_PORTS
from links.lib.safe_text.visible import make_visible
from links.models import Bucket
from links.net.dialler import refuse_forbidden
from links.s3.probe import ProbePolicy

RESOLVE_SECONDS = 5.0  # for all hosts of one paste


def list_named(name: str, endpoint: str | None = None) -> list[Bucket]:
    """The buckets of this name, each with its key; several stores may have one. `endpoint` is that of the store,
    however it is written, and empty for AWS.

    Raises `Refused`: endpoint-malformed, endpoint-forbidden.
    """
    named = Bucket.objects.filter(name=name).select_related("key").order_by("endpoint", "pk")
    if endpoint is None:
        return list(named)
    wanted = normalize_endpoint(endpoint) if endpoint else ""
    # AWS's own endpoints are kept as none, and may be named all the same.
    return [one for one in named if wanted in (one.endpoint, one.endpoint or aws_endpoint("s3", one.region))]


def make_policy() -> ProbePolicy:
    """The endpoints of registered buckets and `PROBE_ALLOWED_HOSTS`; AWS's hosts go without saying.

    That a bucket is registered admits its host, never a private address: those are admitted by the setting alone.
    """
    endpoints = Bucket.objects.exclude(endpoint="").values_list("endpoint", flat=True).distinct()
    return ProbePolicy(_name_hosts(endpoints) | _allowed_by_name())


def make_policy_of(bucket: Bucket | None) -> ProbePolicy:
    """The endpoint of this bucket alone; asks no database."""
    return ProbePolicy(_name_hosts([bucket.endpoint] if bucket and bucket.endpoint else []))


def make_policy_without_buckets() -> ProbePolicy:
    """Where there is no database to ask."""
    return ProbePolicy(_allowed_by_name())


def _allowed_by_name() -> frozenset[str]:
    return frozenset(host.lower() for host in site.PROBE_ALLOWED_HOSTS)


def _name_hosts(endpoints: Iterable[str]) -> frozenset[str]:
    """Each endpoint's host with its port, and all hosts below it, whose names begin with a bucket's."""
    hosts = {host for endpoint in endpoints if (host := _name_with_port(endpoint))}
    return frozenset(hosts | {f".{host}" for host in hosts})


def _name_with_port(endpoint: str) -> str:
    """A host without a port would allow every port of it. Empty for an address that cannot be one: a row that was
    written by hand must not keep every other store from being asked."""
    try:
        parts = urlsplit(endpoint.lower())
        return parts.netloc if parts.port else f"{parts.netloc}:{DEFAULT_PORTS[parts.scheme]}"
    except (ValueError, KeyError):
        return ""


@dataclass(frozen=True, slots=True)
class BucketRegistry:
    """The registered buckets and whom we may probe, read once for as many URLs as there are."""

    places: tuple[tuple[Bucket, BucketLocation], ...]
    policy: ProbePolicy
    _refusals: dict[tuple[str, int], Refused | None] = field(default_factory=dict)
    _resolves_until: float = field(default_factory=lambda: monotonic() + RESOLVE_SECONDS)

    @classmethod
    def read(cls) -> Self:
        located = ((bucket, _try_to_locate(bucket)) for bucket in Bucket.objects.select_related("key"))
        return cls(tuple((bucket, place) for bucket, place in located if place is not None), make_policy())

    def may_probe(self, url: SignedUrl) -> bool:
        """Whether the host of a URL is one that we ask: otherwise its validations could never tell anything."""
        return url.is_aws or self.policy.allow_others or self.policy.names(url.hostname, _find_port(url))

    def refuse_forbidden(self, url: SignedUrl) -> None:
        """Say beforehand that a URL's host leads where no probe may go; what there is no time for, its probe says.

        Raises `Refused`: endpoint-private, endpoint-forbidden.
        """
        address = url.hostname, _find_port(url)
        left = self._resolves_until - monotonic()
        if not url.is_aws and address not in self._refusals and left > 0:
            self._refusals[address] = _try_to_reach(*address, left)
        if refused := self._refusals.get(address):
            raise refused

    def find_bucket(self, url: SignedUrl) -> tuple[Bucket | None, str]:
        """The registered bucket and the key of the object that a URL names; (None, best guess) for a stranger's."""
        for bucket, place in self.places:
            found = find_object(url, endpoint_host=place.endpoint_host, bucket=bucket.name)
            if found is not None and place.is_aws == url.is_aws and "\0" not in found[1]:
                return bucket, found[1]
        return None, guess_key(url)

    def find_shared(self, url: SignedUrl, scope: ShareScope) -> tuple[Bucket | None, str]:
        """As `find_bucket`, for somebody who may share this much: what else is ours reads as a stranger's."""
        bucket, key = self.find_bucket(url)
        is_theirs = bucket is not None and scope.may_share(bucket.pk, key)
        return (bucket, key) if is_theirs else (None, guess_key(url))


def guess_key(url: SignedUrl) -> str:
    """The key of a stranger's object, as far as its URL alone tells."""
    guess = find_object(url)
    return show_path(url) if guess is None or "\0" in guess[1] else guess[1]


def find_shared(url: SignedUrl, scope: ShareScope) -> tuple[Bucket | None, str]:
    """As `BucketRegistry.find_shared`, for one URL."""
    return BucketRegistry.read().find_shared(url, scope)


def _find_port(url: SignedUrl) -> int:
    return urlsplit(f"//{url.host}").port or DEFAULT_PORTS[url.scheme]


def _try_to_reach(host: str, port: int, seconds: float) -> Refused | None:
    try:
        refuse_forbidden(host, port, seconds=seconds)
    except Refused as refused:
        return refused
    return None


def _try_to_locate(bucket: Bucket) -> BucketLocation | None:
    try:
        return locate(bucket.name, bucket.region, bucket.endpoint, bucket.addressing)
    except Refused:
        return None


def show_path(url: SignedUrl) -> str:
    """A path that names no object of ours, as text that can be shown and stored."""
    return make_visible(url.path.lstrip("/"))
