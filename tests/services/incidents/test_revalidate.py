"""Which links share a cause, and that they are found without reading all there are."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from links.domain.findings import Code, Subject
from links.domain.incidents import RootCause
from links.models import Bucket, Incident, IncidentLink, ShareLink, SigningKey
from links.services.incidents.revalidate import schedule_related
from tests.environment import ON_POSTGRES

STORE = "s3.example.com"


def add_links(now: datetime, count: int = 1, **where: object) -> list[ShareLink]:
    ends = {"asked_until": now + timedelta(days=9), "promised_until": now + timedelta(days=9)}
    later = {"created_at": now, "due_at": now + timedelta(hours=6), "validated_at": now - timedelta(hours=1)}
    return ShareLink.objects.bulk_create(ShareLink(delivery="stable", **ends, **later, **where) for _ in range(count))


UNREACHABLE = RootCause(Code.UNREACHABLE, STORE, Subject.HOST)
MISSING = RootCause(Code.OBJECT_MISSING, "files", Subject.OBJECT)


def schedule_now(root: RootCause, now: datetime) -> set[int]:
    """The links that are due because one link found this cause."""
    incident = Incident.objects.create(
        code=root.code.value, subject=root.subject, verdict="broken", opened_at=now, changed_at=now
    )
    schedule_related({root: [ShareLink(object_key="a/b.pdf")]}, {root: incident.pk}, now)
    return set(ShareLink.objects.filter(due_at=now).values_list("pk", flat=True))


@pytest.fixture
def bucket(db: None, now: datetime) -> Bucket:
    key = SigningKey.objects.create(label="Share", access_key_id="AKIA", created_at=now)
    return Bucket.objects.create(name="files", key=key, endpoint=f"https://{STORE}", created_at=now)


def test_a_store_has_the_links_of_its_own_host_and_of_each_bucket_in_front_of_it(db: None, now: datetime) -> None:
    own, below = add_links(now, host=STORE), add_links(now, host=f"files.{STORE}")
    for other in (f"x{STORE}", f"{STORE}.evil.example", "s3_example.com", f"files.x{STORE}", ""):
        add_links(now, host=other)
    assert schedule_now(UNREACHABLE, now) == {link.pk for link in own + below}


@pytest.mark.parametrize(("is_over", "is_due"), [(False, False), (True, True)])
def test_a_link_that_another_worker_found_to_share_the_cause_a_moment_before_is_not_asked_about_again(
    db: None, now: datetime, *, is_over: bool, is_due: bool
) -> None:
    """Its clock was read before that of the worker whose incident opened, and its transaction came after."""
    incident = Incident.objects.create(
        code=UNREACHABLE.code.value, subject=STORE, verdict="broken", opened_at=now, changed_at=now
    )
    (link,) = add_links(now, host=STORE)
    ShareLink.objects.update(validated_at=now - timedelta(milliseconds=1))
    IncidentLink.objects.create(incident=incident, link=link, since=now, over_at=now if is_over else None)
    schedule_related({UNREACHABLE: [ShareLink()]}, {UNREACHABLE: incident.pk}, now)
    assert ShareLink.objects.filter(due_at=now).exists() is is_due


def test_an_object_has_the_links_to_its_key_in_its_bucket(bucket: Bucket, now: datetime) -> None:
    ours = add_links(now, bucket=bucket, object_key="a/b.pdf") + add_links(now, host="files", object_key="a/b.pdf")
    add_links(now, bucket=bucket, object_key="a/b.PDF")
    add_links(now, host="drawings", object_key="a/b.pdf")
    assert schedule_now(MISSING, now) == {link.pk for link in ours}


@pytest.mark.skipif(not ON_POSTGRES, reason="asks PostgreSQL's planner")
@pytest.mark.parametrize(("root", "index"), [(UNREACHABLE, "share_link_host"), (MISSING, "share_link_object")])
def test_an_index_finds_the_links_that_share_a_cause(
    bucket: Bucket, now: datetime, root: RootCause, index: str
) -> None:
    add_links(now, 2_000, bucket=bucket, object_key="c.pdf", host="files.s3.example.org")
    add_links(now, 3, bucket=bucket, object_key="a/b.pdf", host=f"files.{STORE}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE links_sharelink")
        with CaptureQueriesContext(connection) as asked:
            assert len(schedule_now(root, now)) == 3
        [choice] = [query["sql"] for query in asked if "SKIP LOCKED" in query["sql"]]
        cursor.execute(f"EXPLAIN {choice}")
        assert index in str(cursor.fetchall())
