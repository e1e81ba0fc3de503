"""The links that a storage hands out: one for each object of a bucket and each purpose."""

from collections.abc import Collection

from links.domain.buckets.endpoints import aws_endpoint, normalize_endpoint
from links.domain.viewers import OPERATOR
from links.models import ShareLink
from links.models.links.share_links import Viewer
from links.queries.own_urls import reveal_url

MAX_KEYS = 1000
"""Of one query."""


def find_endpoint(endpoint: str, region: str) -> str:
    """A store's endpoint as the rows of buckets keep it: AWS's own is none. Raises `Refused("endpoint-malformed")`."""
    named = normalize_endpoint(endpoint) if endpoint else ""
    return "" if named == aws_endpoint("s3", region) else named


def find_urls(bucket: str, endpoint: str, keys: Collection[str], purpose: str) -> dict[str, str]:
    """The URL of each object's link for this purpose, by its key, whatever has become of it; what has none is left out.
    One query for each thousand. Raises `Unavailable("secrets-unreadable")`."""
    return {key: reveal_url(link) for key, link in find_links(bucket, endpoint, keys, purpose).items()}


def find_links(
    bucket: str, endpoint: str, keys: Collection[str], purpose: str, reader: Viewer = OPERATOR
) -> dict[str, ShareLink]:
    """Those links, of which the reader may know, with the columns that their URLs need."""
    found: dict[str, ShareLink] = {}
    for start in range(0, len(keys), MAX_KEYS):
        some = list(keys)[start : start + MAX_KEYS]
        links = (
            ShareLink.objects.seen_by(reader)
            .filter(bucket__name=bucket, bucket__endpoint=endpoint, object_key__in=some, purpose=purpose)
            .only("object_key", "slug", "token", "token_hash", "encryption_id")
        )
        found |= {link.object_key: link for link in links.exclude(purpose="").order_by()}
    return found
