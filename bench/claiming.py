"""A thousand due links claimed, of a million and of ten thousand, beside the same by bare SQL.

    python -m bench.claiming [LINKS]

Two databases of one server; each round claims in the one and in the other, and gives back what was claimed.
"""

import sys
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median

from django.db import connections

from bench.site import STORE, fork_database  # sets Django up, so it comes first

# isort: split
from bench.rows import copy_link, make_stable
from links.models import ShareLink

CLAIMED, FEW, MANY = 1_000, 10_000, 1_000_000
ROUNDS = 9
LEASE = timedelta(minutes=5)

# In the fewest steps that are right: what somebody else is claiming is left out.
_BARE = """
    UPDATE links_sharelink SET lease_id = %s, leased_until = %s, claim_count = claim_count + 1 WHERE id = ANY(ARRAY(
        SELECT id FROM links_sharelink
        WHERE due_at <= %s AND (leased_until IS NULL OR leased_until <= %s) AND claim_count = 0
        ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED
    ))
"""


def claim(alias: str) -> None:
    now = datetime.now(UTC)
    ShareLink.objects.using(alias).filter(claim_count=0).claim(now, limit=CLAIMED, lease=LEASE)


def claim_bare(alias: str) -> None:
    now = datetime.now(UTC)
    with connections[alias].cursor() as cursor:
        cursor.execute(_BARE, [uuid.uuid4(), now + LEASE, now, now, CLAIMED])


def give_back(alias: str) -> None:
    leased = ShareLink.objects.using(alias).filter(lease_id__isnull=False)
    if leased.update(lease_id=None, leased_until=None, claim_count=0) != CLAIMED:
        raise RuntimeError(f"not {CLAIMED} links were claimed")
    with connections[alias].cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) links_sharelink")


def fill(alias: str, count: int) -> None:
    """So many links, of which twice as many are due as are claimed."""
    copy_link(alias, count)
    links = ShareLink.objects.using(alias)
    links.update(due_at=datetime.now(UTC) + timedelta(days=1))
    step = max(count // (2 * CLAIMED), 1)
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "UPDATE links_sharelink SET due_at = now() - id * interval '1 ms' WHERE id %% %s = 0",
            [step],
        )
        cursor.execute("VACUUM (FULL, ANALYZE) links_sharelink")


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
    make_stable(STORE.url, 1)
    few, large = "default", fork_database("large")
    fill(few, FEW)
    fill(large, many)
    works: dict[str, tuple[Callable[[str], None], str]] = {
        f"claim {CLAIMED:,} of {FEW:,}": (claim, few),
        f"claim {CLAIMED:,} of {many:,}": (claim, large),
        f"bare SQL, of {FEW:,}": (claim_bare, few),
        f"bare SQL, of {many:,}": (claim_bare, large),
    }
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, (work, alias) in works.items():
            began = time.perf_counter()
            work(alias)
            seconds[name].append(time.perf_counter() - began)
            give_back(alias)
    baseline, lines = next(iter(seconds.values())), []
    for name, took in seconds.items():
        ratios = sorted(own / base for base, own in zip(baseline, took, strict=True))
        lines.append(
            f"| {name} | {median(ratios):.2f} | {ratios[0]:.2f} to {ratios[-1]:.2f} | {median(took) * 1e3:.1f} |"
        )
    sys.stdout.write("## Claim due links\n\n| what | times as long as the first | spread | ms |\n|---|---|---|---|\n")
    sys.stdout.write("\n".join([*lines, "", ""]))


if __name__ == "__main__":
    main()
