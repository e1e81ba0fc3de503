"""Stores and policies for the tests of this floor."""

from links.domain.buckets.endpoints import SigningBucket
from links.s3.probe import ProbePolicy
from tests.strict_s3 import Bucket, StrictS3

LOOPBACK = ProbePolicy(frozenset({"127.0.0.1"}))


def make_store(server: StrictS3, *, region: str = "eu-central-1", name: str = "files") -> tuple[SigningBucket, Bucket]:
    """A new user's key, a bucket, and both as a store."""
    key = server.add_key(server.add_user("share"))
    bucket = server.add_bucket(name, region=region)
    return SigningBucket(name, key.id, key.secret, region=region, endpoint=server.url), bucket
