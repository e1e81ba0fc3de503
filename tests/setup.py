"""A proved key, its bucket and an object in a real store, as the pages' tests need them."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from links.domain.judging.facts import Delivery
from links.domain.sharing import EVERYTHING
from links.models import Bucket, SigningKey
from links.services.buckets import binding
from links.services.keys import proofs
from links.services.link_terms import Terms
from links.services.links import creation
from tests.strict_s3 import AccessKey, StrictS3
from tests.strict_s3.buckets import Bucket as StoredBucket

OBJECT = "reports/年次 report.pdf"


@dataclass(frozen=True)
class Setup:
    s3: StrictS3
    stored: StoredBucket
    access_key: AccessKey
    key: SigningKey
    bucket: Bucket

    def issue(
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
    key = proofs.add_key(
        "Share", access_key.id, access_key.secret, endpoint=strict_s3.url, region="eu-central-1", now=now
    )
    return Setup(strict_s3, stored, access_key, key, binding.add_bucket("files", key, now=now))


def token_of(url: str) -> str:
    return url.rpartition("/")[2]
