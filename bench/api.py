"""A link made through the API beside one made by the service, and the first page of the list among many links. Rounds
alternate; every ratio is one of the same round.

    python -m bench.api [links]

`links` is how many there are (200,000). PostgreSQL, a store that answers at once, no queue; requests go through the
whole middleware, without a socket.
"""

from bench.site import STORE  # sets Django up, so it comes first

# isort: split
import json
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from bench import rows
from links.conf import site
from links.domain.people.scopes import Scope
from links.models import Bucket
from links.services.links import creation, sharing
from links.services.people import api_tokens

LINKS = 200_000
ROUNDS = 40
LISTS = {"newest 100": "", "100 that are healthy": "&state=healthy", "100 of a bucket": "&bucket={bucket}"}


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else LINKS
    rows.make_stable(STORE.url, count)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    owner = User.objects.create_superuser("bench")
    token = api_tokens.create(api_tokens.NewToken(owner, "bench", list(Scope)), owner, timezone.now()).text
    bucket, client = Bucket.objects.order_by("pk")[0], Client(SERVER_NAME=urlsplit(site.BASE_URL).hostname or "")
    headers = {"Authorization": f"Bearer {token}"}
    body = json.dumps({"bucket": bucket.pk, "object_key": "customers/1/report.pdf", "lifetime": "30 days"})

    def make_by_service() -> None:
        asked = creation.NewLinkRequest(
            Bucket.objects.select_related("key").get(pk=bucket.pk),
            "customers/1/report.pdf",
            "30 days",
            timezone.get_current_timezone(),
            sharing.find_scope(owner),
            owner=owner,
        )
        creation.create_link(asked, timezone.now())

    def make_by_api() -> None:
        answer = client.post("/api/v1/links", body, "application/json", headers=headers)
        if answer.status_code != 201:
            raise SystemExit(answer.content.decode())

    pairs = [(measure(make_by_service), measure(make_by_api)) for _ in range(ROUNDS + 5)][5:]
    lines = [f"## The API, with {count:,} links", "", "| what | median ms | |", "|---|---|---|"]
    by_service, by_api = (median(pair[at] for pair in pairs) * 1000 for at in (0, 1))
    speed = median(service / api for service, api in pairs)
    lines += [f"| a link made by the service | {by_service:.1f} | |"]
    lines += [f"| a link made through the API | {by_api:.1f} | {speed:.2f} times as fast as the service |"]
    for name, query in LISTS.items():
        address = f"/api/v1/links?limit=100{query.format(bucket=bucket.pk)}"
        taken = [measure(lambda address=address: client.get(address, headers=headers)) for _ in range(ROUNDS)]  # type: ignore[misc]
        lines.append(f"| {name} | {median(taken) * 1000:.1f} | |")
    sys.stdout.write("\n".join([*lines, "", ""]))


def measure(act: Callable[[], object]) -> float:
    """In seconds."""
    begun = perf_counter()
    act()
    return perf_counter() - begun


if __name__ == "__main__":
    main()
