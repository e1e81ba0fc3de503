"""`python -m demo.seed`: rows by which the product explains itself, made once; prints what to show as JSON."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import django

django.setup()

from django.contrib.auth.models import User
from django.db import transaction

from demo import samples
from demo.state import ADMIN
from links.domain.facts import Delivery
from links.models import Bucket, ShareLink, SigningKey
from links.services.buckets import add_bucket
from links.services.issue import Wish, create_link, reveal_url, watch_url
from links.services.keys import add_key

REGION = "us-east-1"
WEEK = timedelta(days=7)
TRY = [
    "Open the stable link above: it downloads, and will to its last day.",
    "Sign in: three incidents open within a minute; each names its cause, its links and the cure.",
    "Look at the link that was signed with temporary credentials: it still downloads, and is flagged all the same.",
    "Read the same alerts as mail, in the folder above.",
    "Make a link: try 1 year as a presigned one, and see what is offered instead.",
]


def main() -> None:
    if not ShareLink.objects.exists():
        samples.put_back(Path(os.environ["DEMO_S3_DIR"]), samples.VANISHING)
        with transaction.atomic():  # all of it or nothing: a seed that was interrupted begins anew
            _seed(datetime.now(UTC).replace(microsecond=0))
    _follow_the_server()
    print(json.dumps({"links": _showcase(), "try": TRY}))


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

    def wish(object_key: str, lifetime: str, note: str, delivery: Delivery = Delivery.STABLE) -> Wish:
        return Wish(bucket, object_key, lifetime, UTC, delivery, note, owner=owner)

    create_link(wish(samples.REPORT, "30 days", "Annual report, for Example Ltd."), now)
    create_link(wish(samples.CATALOGUE, "1 year", "Catalogue, for 株式会社サンプル"), now)
    create_link(wish(samples.PHOTO, "7 days", "Press photo, as a raw S3 URL", Delivery.PRESIGNED), now)
    create_link(wish(samples.VANISHING, "30 days", "Price list; its file was deleted since"), now)
    (Path(os.environ["DEMO_S3_DIR"]) / samples.BUCKET / samples.VANISHING).unlink()

    month = now + timedelta(days=30)
    watch_url(
        _sign_elsewhere(samples.ORDERS, "DEMO_S3_TEMPORARY_", token="the-demo-s-session-token"),
        month,
        note="Signed by a script on a server's role: works today, was promised for a month",
        owner=owner,
        now=now,
    )
    watch_url(
        _sign_elsewhere(samples.RECORDING, ""),
        now + timedelta(days=6),
        note="Signed with an access key that was deleted since",
        owner=owner,
        now=now,
    )


def _sign_elsewhere(object_key: str, kind: str, token: str | None = None) -> str:
    """A URL as somebody without Holdfast signs it. Without a `kind`, by a key that the store does not know."""
    key_id = os.environ[f"{kind}ACCESS_KEY_ID"] if kind else "DEMOFORMERKEY"
    secret = os.environ[f"{kind}SECRET_ACCESS_KEY"] if kind else "gone"
    request = botocore.awsrequest.AWSRequest("GET", f"{os.environ['DEMO_S3_URL']}/{samples.BUCKET}/{quote(object_key)}")
    credentials = botocore.credentials.Credentials(key_id, secret, token)
    seconds = int(WEEK.total_seconds())
    botocore.auth.S3SigV4QueryAuth(credentials, "s3", REGION, expires=seconds).add_auth(request)
    return str(request.url)


def _follow_the_server() -> None:
    """The S3 server's port may be another than last time."""

    for rows in (Bucket.objects.filter(name=samples.BUCKET), SigningKey.objects.filter(label="Demo key")):
        rows.update(endpoint=os.environ["DEMO_S3_URL"])


def _showcase() -> list[dict[str, str]]:

    titles = {
        samples.REPORT: "A stable link, promised for 30 days",
        samples.PHOTO: "A presigned link, 7 days",
        samples.ORDERS: "Signed with temporary credentials; still downloads today",
    }
    links = {link.object_key: link for link in ShareLink.objects.filter(object_key__in=titles).order_by("-pk")}
    return [
        {"title": title, "url": reveal_url(links[object_key])}
        for object_key, title in titles.items()
        if object_key in links
    ]


if __name__ == "__main__":
    main()
