"""Somebody of the staff who may share from one folder, and objects in it and beside it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.test import Client

from links.domain.judging.facts import Delivery
from links.domain.sharing import EVERYTHING
from links.models import Bucket, ShareLink
from links.services.links import creation
from tests.fixtures import Setup

LIST = "/admin/links/sharelink/"


ADD, BROWSE = f"{LIST}add/", f"{LIST}browse/"


HIDDEN, VAULTED = "secret/plans.pdf", "hoard/gold.pdf"


UNSEEN = ("secret", "plans", "vault", "hoard", "gold")


@dataclass(frozen=True)
class Target:
    """An object, of a bucket that the store's server has under the same name."""

    bucket: Bucket
    key: str


@dataclass(frozen=True)
class Sharer:
    setup: Setup
    client: Client
    mika: User
    now: datetime
    targets: dict[str, Target]

    def own(self, target: Target, lifetime: str = "1 hour", delivery: Delivery = Delivery.STABLE) -> ShareLink:
        """A link of mika's to this object, from a time at which it could be shared."""
        link_request = creation.NewLinkRequest(
            target.bucket, target.key, lifetime, UTC, EVERYTHING, delivery=delivery, owner=self.mika
        )
        return creation.create_link(link_request, self.now).link

    def presigned_url(self, target: Target) -> str:
        stored = self.setup.s3.buckets[target.bucket.name]
        return self.setup.s3.presigner(self.setup.access_key, stored).v4(target.key, expires=3600)

    def make(self, **entered: object) -> str:
        answer = self.client.post(ADD, {"lifetime": "1 day", "delivery": "stable", **entered}, follow=True)
        return answer.content.decode() if answer.status_code == 200 else ""

    def post(self, link: ShareLink, page: str, **entered: object) -> str:
        return self.client.post(f"{LIST}{link.pk}/{page}/", entered, follow=True).content.decode()
