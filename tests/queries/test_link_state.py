"""A link's state is the same in Python and in SQL, whichever way it is asked for."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from links.domain.findings import Verdict
from links.domain.link_state import LinkState
from links.domain.visits.access import why_closed
from links.models import LinkMail, ShareLink
from links.queries.link_state import (
    read_state,
    state_of,
    where_followed_at_once,
    where_live,
    where_not_withdrawn,
    where_promised,
    where_state,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
AROUND_NOW = st.sampled_from([-timedelta(days=400), -MOMENT, timedelta(), MOMENT, timedelta(days=400)])

# The word alone, or within what else a finding tells, stops no link.
FINDINGS = st.sampled_from(
    [
        {"code": "object-replaced", "verdict": "broken", "params": {}},
        {"code": "clock-skew", "verdict": "at_risk", "params": {"about": '"code": "object-replaced"'}},
        {"code": "object-missing", "verdict": "broken", "params": {"code": "object-replaced"}},
    ]
)
LINKS = st.lists(
    st.fixed_dictionaries({
        "promised_until": AROUND_NOW.map(lambda offset: NOW + offset),
        "revoked_at": st.none() | AROUND_NOW.map(lambda offset: NOW + offset),
        "is_rescued": st.booleans(),
        "download_limit": st.none() | st.integers(0, 2),
        "visit_count": st.integers(0, 3),
        "verdict": st.sampled_from(["", *(verdict.value for verdict in Verdict)]),
        "starts_at": st.none() | AROUND_NOW.map(lambda offset: NOW + offset),
        "password": st.sampled_from(["", "hashed"]),
        "follows_latest": st.booleans(),
        "findings": st.lists(FINDINGS, max_size=2),
    }),
    min_size=1,
    max_size=30,
)  # fmt: skip


def draft(*, is_rescued: bool = False, by: ShareLink | None = None, **fields: Any) -> ShareLink:
    """A link that is as good as new but for these."""
    whole = {"delivery": "stable", "created_at": NOW, "asked_until": NOW, "promised_until": NOW + timedelta(days=3)}
    return ShareLink(**{**whole, **fields}, rescued_by=by if is_rescued else None)


def save(*drawn: dict[str, Any]) -> list[ShareLink]:
    """These rows in place of whatever is there, and the one that rescued those that were."""
    ShareLink.objects.all().delete()
    rescuer = ShareLink.objects.bulk_create([draft()])[0]
    ShareLink.objects.bulk_create([draft(by=rescuer, **fields) for fields in drawn])
    return list(ShareLink.objects.exclude(pk=rescuer.pk).order_by("pk"))


def keys_where(condition: Q) -> set[int]:
    return set(ShareLink.objects.filter(condition).values_list("pk", flat=True))


@pytest.mark.slow
@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=LINKS)
@example(drawn=[{"revoked_at": NOW, "is_rescued": True, "promised_until": NOW}])
@example(drawn=[{"download_limit": 1, "visit_count": 1, "promised_until": NOW + MOMENT, "verdict": "broken"}])
def test_rows_are_found_in_the_state_in_which_they_are_read(drawn: list[dict[str, Any]]) -> None:
    save(*drawn)
    links = list(ShareLink.objects.all())
    read = {link.pk: read_state(link, NOW) for link in links}
    assert {(pk, state) for state in LinkState for pk in keys_where(where_state(state, NOW))} == set(read.items())
    assert dict(ShareLink.objects.annotate(state=state_of(NOW)).values_list("pk", "state")) == read
    assert keys_where(where_live(NOW)) == {pk for pk, state in read.items() if state.is_live}
    assert keys_where(where_not_withdrawn()) == {pk for pk, state in read.items() if not state.is_withdrawn}
    promised = {link.pk for link in links if not link.is_revoked and not link.is_over(NOW)}
    assert keys_where(where_promised(NOW)) == promised
    assert keys_where(where_live(NOW)) <= promised


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=LINKS)
@example(drawn=[{}])
@example(drawn=[{"findings": [{"code": "object-replaced"}]}, {"promised_until": NOW}, {"password": "hashed"}])
def test_the_statement_that_counts_a_click_knows_what_closes_a_link_and_what_has_a_page(
    drawn: list[dict[str, Any]],
) -> None:
    save(*drawn)
    with connection.cursor() as cursor:
        now = connection.ops.adapt_datetimefield_value(NOW)
        where = where_followed_at_once(connection.vendor)
        cursor.execute(f"SELECT id FROM links_sharelink WHERE {where}", {"now": now})
        found = {number for (number,) in cursor.fetchall()}
    links = ShareLink.objects.all()
    assert found == {link.pk for link in links if not why_closed(link.to_access(), NOW) and not link.needs_press}


@given(drawn=LINKS)
def test_a_link_lets_somebody_in_only_where_its_state_is_open(drawn: list[dict[str, Any]]) -> None:
    for fields in drawn:
        link = draft(by=ShareLink(pk=1), **fields)
        state = read_state(link, NOW)
        others = not link.is_stopped and (link.starts_at is None or link.starts_at <= NOW)
        assert (why_closed(link.to_access(), NOW) is None) is (state.is_open and others)
        assert (why_closed(link.to_access(), NOW, granted=True) is None) is (state.is_live and others)


@pytest.mark.django_db
def test_every_state_is_one_that_a_row_can_be_in() -> None:
    rows: dict[LinkState, dict[str, Any]] = {
        LinkState.BROKEN: {"verdict": "broken"},
        LinkState.AT_RISK: {"verdict": "at_risk"},
        LinkState.UNKNOWN: {"verdict": "unknown"},
        LinkState.HEALTHY: {"verdict": "healthy"},
        LinkState.NEW: {"verdict": "ended"},  # extended after its end, and not asked about since
        LinkState.USED_UP: {"verdict": "healthy", "download_limit": 2, "visit_count": 2},
        LinkState.ENDED: {"verdict": "broken", "promised_until": NOW},
        LinkState.REVOKED: {"verdict": "broken", "revoked_at": NOW, "is_rescued": True},
        LinkState.RESCUED: {"verdict": "broken", "is_rescued": True, "promised_until": NOW},
    }
    assert list(rows) == list(LinkState)
    assert [read_state(link, NOW) for link in save(*rows.values())] == list(rows)


@pytest.mark.django_db
def test_rows_that_lead_to_a_link_are_found_by_what_became_of_it() -> None:
    for link in save({}, {"revoked_at": NOW}, {"is_rescued": True}):
        LinkMail.objects.create(link=link, kind="ending", to="a@example.com", created_at=NOW, due_at=NOW)
    (found,) = LinkMail.objects.filter(where_not_withdrawn("link__"))
    assert not read_state(found.link, NOW).is_withdrawn


@pytest.mark.django_db
def test_a_verdict_that_another_version_wrote_tells_nothing_and_keeps_nobody_out() -> None:
    (link,) = save({"verdict": "wobbly"})
    assert read_state(link, NOW) is LinkState.UNKNOWN
    assert ShareLink.objects.annotate(state=state_of(NOW)).values_list("state", flat=True).get(pk=link.pk) == "unknown"
    assert why_closed(link.to_access(), NOW) is None
