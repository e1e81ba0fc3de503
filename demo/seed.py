"""`python -m demo.seed`: rows by which the product explains itself, made once; prints what to show as JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

django.setup()

from django.contrib.auth.models import Group, User
from django.db import transaction

from demo import samples
from demo.signing import REGION, sign, sign_by_a_role
from demo.state import ADMIN
from links.domain.findings import Verdict
from links.domain.judging.facts import Delivery
from links.domain.pasted.urls import read_pasted
from links.domain.sharing import EVERYTHING
from links.models import Bucket, Incident, ShareLink, SigningKey
from links.queries.link_state import where_live
from links.queries.own_urls import reveal_url
from links.services.buckets.binding import add_bucket
from links.services.keys.proofs import add_key
from links.services.link_terms import Terms
from links.services.links.creation import NewLinkRequest, create_link
from links.services.links.sharing import give
from links.services.pasted.watch import watch_url

MAKER = "mika"
"""A link maker, who may share what was given to her and to her role."""
SHOWN = {
    samples.REPORT: (Delivery.STABLE, "A stable link"),
    samples.PHOTO: (Delivery.PRESIGNED, "A presigned link"),
    samples.ORDERS: (Delivery.FOREIGN, "Signed with temporary credentials, and still downloads today"),
}


def main() -> None:
    now, is_new = datetime.now(UTC).replace(microsecond=0), not ShareLink.objects.exists()
    if is_new:
        samples.put_back(Path(os.environ["DEMO_S3_DIR"]), samples.VANISHING)
        with transaction.atomic():  # all of it or nothing: a seed that was interrupted begins anew
            _seed(now)
    _follow_the_server()
    links = find_passed(now)
    shown = [{"title": describe_link(link), "url": reveal_url(link)} for link in links.values()]
    incidents = None if is_new else Incident.objects.open().count()
    has_maker = User.objects.filter(username=MAKER, is_active=True).exists()
    print(json.dumps({"links": shown, "try": list_tries(links, incidents, has_maker=has_maker)}))


def find_passed(now: datetime) -> dict[str, ShareLink]:
    """The samples that work at this moment, by object: on a later day some have ended, or were revoked."""
    live = ShareLink.objects.filter(where_live(now))
    works = live.exclude(signature_ends_at__lte=now).exclude(verdict=Verdict.BROKEN.value)
    found = {
        key: works.filter(object_key=key, delivery=way.value).order_by("pk").first() for key, (way, _) in SHOWN.items()
    }
    return {key: link for key, link in found.items() if link}


def describe_link(link: ShareLink) -> str:
    return f"{SHOWN[link.object_key][1]}; promised until {link.promised_until:%-d %B %Y}"


def list_tries(links: Collection[str], incidents: int | None, *, has_maker: bool) -> list[str]:
    """What is worth a look now. `incidents`: how many are open; None in the first minute, when they are about to.
    `has_maker`: whether the sample link maker is there."""
    opened = {
        None: "three incidents open within a minute; each names",
        0: "",
        1: "one incident is open; it names",
    }.get(incidents, f"{incidents} incidents are open; each names")
    tries = {
        "Open the stable link above: it downloads, and will to its last day.": samples.REPORT in links,
        f"Sign in: {opened} its cause, its links and the cure.": opened,
        "Look at what was signed with temporary credentials: it still downloads, and is flagged anyway.": (
            samples.ORDERS in links
        ),
        "Read the same alerts as mail, in the folder above.": True,
        "Make a link: try 1 year as a presigned one, and see what is offered instead.": True,
        f"Sign in as {MAKER}, with the same password: a link maker, who shares reports/, and photos/ for 30 days.": (
            has_maker
        ),
    }
    return [text for text, holds in tries.items() if holds]


def _seed(now: datetime) -> None:

    owner = User.objects.get(username=ADMIN)
    key = add_key(
        "Demo key",
        os.environ["DEMO_S3_ACCESS_KEY_ID"],
        os.environ["DEMO_S3_SECRET_ACCESS_KEY"],
        endpoint=os.environ["DEMO_S3_URL"],
        region=REGION,
        now=now,
    )
    bucket = add_bucket(samples.BUCKET, key, now=now)
    _add_maker(bucket, owner, now)

    def link_request(object_key: str, lifetime: str, note: str, delivery: Delivery = Delivery.STABLE) -> NewLinkRequest:
        return NewLinkRequest(bucket, object_key, lifetime, UTC, EVERYTHING, delivery, owner, Terms(note=note))

    create_link(link_request(samples.REPORT, "30 days", "Annual report, for Example Ltd."), now)
    create_link(link_request(samples.CATALOGUE, "1 year", "Catalogue, for 株式会社サンプル"), now)
    create_link(link_request(samples.PHOTO, "7 days", "Press photo, as a raw S3 URL", Delivery.PRESIGNED), now)
    create_link(link_request(samples.VANISHING, "30 days", "Price list; its file was deleted since"), now)
    (Path(os.environ["DEMO_S3_DIR"]) / samples.BUCKET / samples.VANISHING).unlink()

    month = now + timedelta(days=30)
    watch_url(
        read_pasted(sign_by_a_role(os.environ["DEMO_S3_URL"], samples.ORDERS, os.environ)),
        month,
        note="Signed by a script on a server's role: works today, was promised for a month",
        owner=owner,
        scope=EVERYTHING,
        now=now,
    )
    watch_url(
        read_pasted(sign(os.environ["DEMO_S3_URL"], samples.RECORDING, "DEMOFORMERKEY", "gone")),
        now + timedelta(days=6),
        note="Signed with an access key that was deleted since",
        owner=owner,
        scope=EVERYTHING,
        now=now,
    )


def _add_maker(bucket: Bucket, by: User, now: datetime) -> None:
    role = Group.objects.get(name="Link maker")
    name = {"first_name": "Mika", "last_name": "Ogata"}
    password = os.environ["DEMO_ADMIN_PASSWORD"]
    maker = User.objects.create_user(MAKER, "mika@example.com", password, is_staff=True, **name)
    maker.groups.add(role)
    give(bucket, "reports/", maker, max_days=None, by=by, now=now)
    give(bucket, "photos/", role, max_days=30, by=by, now=now)


def _follow_the_server() -> None:
    """The S3 server's port may be another than last time. Secrets are bound to it, so that they are encrypted anew."""
    moved = {"endpoint": os.environ["DEMO_S3_URL"]}
    for key in SigningKey.objects.filter(label="Demo key", secret__isnull=False).exclude(**moved):
        secret = key.secret.open() if key.secret else None
        key.endpoint, key.secret = moved["endpoint"], secret
        key.save(update_fields=["endpoint", "secret"])
    for bucket in Bucket.objects.filter(name=samples.BUCKET).select_related("key").exclude(**moved):
        bucket.bind(bucket.key)
        bucket.endpoint = moved["endpoint"]
        bucket.save(update_fields=["endpoint", "binding"])


if __name__ == "__main__":
    main()
