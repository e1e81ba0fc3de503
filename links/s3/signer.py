"""The one way to sign: by the storage of a bucket and its key, and through the gate."""

import functools

from botocore.config import Config

from links.domain.buckets.endpoints import SigningBucket
from links.domain.signed_urls.gate import CheckedUrl
from links.lib.content_disposition import attachment
from links.s3.storage import IamUserS3Storage, StorageRefused

STORAGES_KEPT = 256
_CLIENT_CONFIG = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2, "mode": "standard"})


def sign(bucket: SigningBucket, key: str, seconds: int, *, filename: str = "", version_id: str = "") -> CheckedUrl:
    """A URL that GETs exactly this object for `seconds` (1 to 604800), saved as `filename` where one is given.

    Raises `KeyRefused`, `Refused` for what was asked, and `GateRefused` for what came out.
    """
    parameters = {}
    if filename:
        parameters["ResponseContentDisposition"] = attachment(filename)
    if version_id:
        parameters["VersionId"] = version_id
    return storage_of(bucket).sign(key, parameters, expire=seconds)


def storage_of(bucket: SigningBucket) -> IamUserS3Storage:
    """The store's storage, made once: a client costs 150 ms, a signature less than one.

    Kept by the whole value, the secret included, so that a rotated key never signs from an instance made before.
    Raises `KeyRefused` and `Refused`.
    """
    try:
        return _make_storage(bucket)
    except StorageRefused as refused:
        raise refused.reason from None


@functools.lru_cache(maxsize=STORAGES_KEPT)
def _make_storage(bucket: SigningBucket) -> IamUserS3Storage:
    return IamUserS3Storage(
        access_key=bucket.access_key_id,
        secret_key=bucket.secret,
        bucket_name=bucket.name,
        region_name=bucket.region,
        endpoint_url=bucket.endpoint,
        addressing_style=bucket.addressing,
        client_config=_CLIENT_CONFIG,
    )
