"""Claims, by threads that run against each other on the database itself."""

import os
import uuid
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from links.domain.judging.claims import MAX_TOGETHER
from links.models import ShareLink
from links.models.leases import make_lease_id, process_number
from tests.environment import ON_POSTGRES

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LEASE = timedelta(minutes=5)
LEASES_OF_ANOTHER = uuid.UUID("0123456789abcdef" * 2)


def make_due(count: int) -> None:
    ShareLink.objects.bulk_create(
        ShareLink(delivery="stable", asked_until=NOW, promised_until=NOW, created_at=NOW, due_at=NOW)
        for _ in range(count)
    )


def claim(limit: int, now: datetime = NOW) -> set[int]:
    lease = ShareLink.objects.claim(now, limit=limit, lease=LEASE)
    return set(ShareLink.objects.filter(lease_id=lease).values_list("pk", flat=True))


def test_a_claim_takes_no_more_than_its_limit(db: None) -> None:
    make_due(5)
    assert len(claim(3)) == 3
    assert len(claim(3)) == 2
    assert claim(3) == set()


def test_what_is_not_due_is_not_claimed(db: None) -> None:
    make_due(1)
    assert claim(3, NOW - timedelta(seconds=1)) == set()


def test_a_lease_that_ran_out_is_free_again_and_the_first_claimant_has_lost_it(db: None) -> None:
    make_due(1)
    first = ShareLink.objects.claim(NOW, limit=1, lease=LEASE)
    assert claim(1, NOW + LEASE - timedelta(seconds=1)) == set()
    assert len(claim(1, NOW + LEASE)) == 1
    assert not ShareLink.objects.filter(lease_id=first).exists()


def test_of_those_that_were_claimed_in_vain_the_least_suspected_comes_first(db: None) -> None:
    make_due(3)
    first, second, third = ShareLink.objects.order_by("pk").values_list("pk", flat=True)
    for link, claims in [(first, 2), (second, 1), (third, 1)]:
        ShareLink.objects.filter(pk=link).update(claim_count=claims)
    ShareLink.objects.filter(pk=second).update(due_at=NOW - timedelta(hours=1))
    assert [claim(3), claim(3), claim(3)] == [{second}, {third}, {first}]


def test_many_of_whom_one_may_be_to_blame_are_claimed_in_small_groups(db: None) -> None:
    make_due(200)
    assert len(claim(200)) == 200
    ShareLink.objects.update(leased_until=NOW)  # their worker was killed
    groups = list(iter(lambda: len(claim(200)), 0))
    assert sum(groups) == 200
    assert groups[0] == MAX_TOGETHER
    assert groups == sorted(groups, reverse=True)
    assert groups[-4:] == [1] * 4
    assert len(groups) < 30


def test_who_was_in_a_group_that_killed_its_worker_is_claimed_alone(db: None) -> None:
    make_due(20)
    ShareLink.objects.update(claim_count=2)
    assert len(claim(200)) == 1


@pytest.mark.parametrize("count", [200])
def test_claimants_at_once_never_share_a_row(transactional_db: None, count: int) -> None:
    make_due(count)
    claimed: list[set[int]] = []
    together = Barrier(8)

    def work() -> None:
        together.wait()
        while rows := claim(9):
            claimed.append(rows)
        connection.close()

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(map(len, claimed)) == len(set().union(*claimed)) == count


def test_what_a_process_had_leased_is_free_again_once_it_is_known_to_be_gone(db: None) -> None:
    make_due(3)
    others = LEASES_OF_ANOTHER
    ShareLink.objects.claim(NOW, limit=1, lease=LEASE, lease_id=others)
    assert len(claim(1)) == 1
    assert ShareLink.objects.free_leases_of(process_number(), NOW + timedelta(seconds=1)) == 1
    free = ShareLink.objects.due(NOW + timedelta(seconds=1))
    assert sorted(free.values_list("claim_count", flat=True)) == [0, 1]
    assert ShareLink.objects.get(lease_id=others).leased_until == NOW + LEASE


def test_a_process_and_what_it_forks_are_told_apart() -> None:
    reading, writing = os.pipe()
    if not (child := os.fork()):
        os.write(writing, make_lease_id().hex.encode())
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(reading, 32).decode()
    os.close(reading)
    os.close(writing)
    assert make_lease_id().hex[:16] == make_lease_id().hex[:16] == process_number()
    assert len(theirs) == 32
    assert theirs[:16] != process_number()


@pytest.mark.skipif(not ON_POSTGRES, reason="asks PostgreSQL's planner")
def test_an_index_finds_what_is_due_among_many_links(db: None) -> None:
    make_due(5_000)
    ShareLink.objects.filter(pk__gt=ShareLink.objects.order_by("pk")[19].pk).update(due_at=NOW + timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE links_sharelink")
        with CaptureQueriesContext(connection) as asked:
            assert len(claim(10)) == 10
        sent = [query["sql"] for query in asked if "SKIP LOCKED" in query["sql"]]
        cursor.execute(f"EXPLAIN {sent[0]}")
        assert "share_link_due" in str(cursor.fetchall())
