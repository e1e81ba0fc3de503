"""On PostgreSQL the list, each of its filters and the search read an index, however long the trail is."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from links.domain.audit.acts import Kind
from links.models import AuditRecord
from links.queries.audit import audit_trail
from tests.database_reset import without_audit_triggers
from tests.environment import ON_POSTGRES

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not ON_POSTGRES, reason="SQLite tells no costs")]
ROWS = 100_000
PAGE = 100


@pytest.fixture
def trail() -> Iterator[None]:
    """Of people, links, customers and buckets that have some records each, and one person who did half of it all."""
    with without_audit_triggers(), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO links_auditrecord (number, at, actor, actor_text, way, act, kind, object_number, object_text,
                link, customer, bucket, "values", place_digest, personal_digest, previous, hash)
            SELECT n, now() - (%s - n) * interval '1 minute', CASE n %% 2 WHEN 0 THEN 1 ELSE n %% 1000 END,
                'person', 'admin', CASE n %% 50 WHEN 0 THEN 'exported' ELSE 'link-created' END, 'link', n / 5,
                '#' || n / 5, n / 5, n / 20, n %% 300, '', '', '', '', ''
            FROM generate_series(1, %s) AS n""",
            [ROWS, ROWS],
        )
        cursor.execute("ANALYZE links_auditrecord")
        yield


def count_read(rows: QuerySet[AuditRecord]) -> int:
    """Rows that PostgreSQL looked at to fill one page, those that it threw away too."""
    sql, params = rows.order_by("-pk")[:PAGE].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
        (plan,) = cursor.fetchone()
    return _sum_read((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])


def _sum_read(plan: dict[str, Any]) -> int:
    below = sum(_sum_read(each) for each in plan.get("Plans", []))
    removed = sum(int(str(plan.get(name, 0))) for name in ("Rows Removed by Filter", "Rows Removed by Index Recheck"))
    return below + (int(str(plan["Actual Rows"]).partition(".")[0]) + removed) * int(str(plan["Actual Loops"]))


def test_every_filter_reads_about_as_much_as_it_shows(trail: None) -> None:
    every = AuditRecord.objects.all()
    newest = every.order_by("-pk").values_list("at", flat=True)[0]
    asked = {
        "all": every,
        "rare person": every.filter(actor=7),
        "busy person": every.filter(actor=1),
        "link": every.filter(link=77),
        "customer": every.filter(customer=77),
        "bucket": every.filter(bucket=77),
        "act": every.filter(act="exported"),
        "time": every.filter(at__gte=newest),
        "link by number": audit_trail.search(every, "#77"),
        "busy person by name": audit_trail.search(every, "person"),
        "nobody's name": audit_trail.search(every, "nobody"),
        "about a link": audit_trail.about(Kind.LINK, 77),
    }
    read = {name: count_read(rows) for name, rows in asked.items()}
    assert max(read.values()) < 2_000, read
