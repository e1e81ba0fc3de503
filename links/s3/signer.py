"""The one way to sign: by the storage of a bucket and its key, and through the gate."""

import functools

from botocore.config import Config

from links.domain.buckets.endpoints import Store
from links.domain.signed_urls.gate import CheckedUrl
from links.lib.content_disposition import attachment
from links.s3.storage import IamUserS3Storage, StorageRefused

STORAGES_KEPT = 256
_CLIENT_CONFIG = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2, "mode": "standard"})


def sign(store: Store, key: str, seconds: int, *, filename: str = "", version_id: str = "") -> CheckedUrl:
    """A URL that GETs exactly this object for `seconds` (1 to 604800), saved as `filename` where one is given.

    Raises `KeyRefused`, `Refused` for what was asked, and `GateRefused` for what came out.
    """
    parameters = {}
    if filename:
        parameters["ResponseContentDisposition"] = attachment(filename)
    if version_id:
        parameters["VersionId"] = version_id
    return storage_of(store).sign(key, parameters, expire=seconds)


def storage_of(store: Store) -> IamUserS3Storage:
    """The store's storage, made once: a client costs 150 ms, a signature less than one.

    Kept by the whole value, the secret included, so that a rotated key never signs from an instance made before.
    Raises `KeyRefused` and `Refused`.
    """
    try:
        return _make_storage(store)
    except StorageRefused as refused:
        raise refused.reason from None


@functools.lru_cache(maxsize=STORAGES_KEPT)
def _make_storage(store: Store) -> IamUserS3Storage:
    return IamUserS3Storage(
        access_key=store.access_key_id,
        secret_key=store.secret,
        bucket_name=store.bucket,
        region_name=store.region,
        endpoint_url=store.endpoint,
        addressing_style=store.addressing,
        client_config=_CLIENT_CONFIG,
    )
