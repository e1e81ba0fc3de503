from collections.abc import Iterator

import pytest

from tests.strict_s3 import AccessKey, Bucket, Caller, Presigner, StrictS3

from .asking import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def s3(clock: Clock) -> Iterator[StrictS3]:
    with StrictS3(now=clock) as s3:
        yield s3


@pytest.fixture
def user(s3: StrictS3) -> Caller:
    return s3.add_user("share")


@pytest.fixture
def key(s3: StrictS3, user: Caller) -> AccessKey:
    return s3.add_key(user)


@pytest.fixture
def bucket(s3: StrictS3) -> Bucket:
    bucket = s3.add_bucket("files", region="eu-central-1")
    bucket.put("reports/2026.pdf", b"0123456789", content_type="application/pdf")
    return bucket


@pytest.fixture
def urls(s3: StrictS3, key: AccessKey, bucket: Bucket) -> Presigner:
    return s3.presigner(key, bucket)
