"""Sessions: what a reader of the database gets, and when they are over."""

from asyncio import run
from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from time_machine import travel

from links.models import Session
from links.models.people.sessions import SessionStore

pytestmark = pytest.mark.django_db


def make(**data: object) -> SessionStore:
    store = SessionStore()
    store.update(data)
    store.create()
    store.update(data)
    store.save()
    return store


def dump() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM links_session")
        return str([[bytes(c) if isinstance(c, memoryview) else c for c in row] for row in cursor.fetchall()])


def test_a_dump_of_the_table_signs_nobody_in() -> None:
    store = make(user=7)
    assert SessionStore(store.session_key)["user"] == 7
    assert str(store.session_key) not in dump()
    row = Session.objects.get()
    for guess in (bytes(row.key_hash).hex(), str(row.pk), row.data):
        assert "user" not in SessionStore(guess)


def test_every_way_in_and_out_knows_the_row_by_its_digest() -> None:
    store = make(user=7)
    first = store.session_key
    assert store.exists(first)
    assert not store.exists("another key of the same length..")
    store.cycle_key()
    store.save()
    assert not store.exists(first)
    assert SessionStore(store.session_key)["user"] == 7
    assert Session.objects.count() == 1
    store.flush()
    assert not Session.objects.exists()
    other = make(user=8)
    SessionStore().delete(other.session_key)
    assert not Session.objects.exists()


def test_the_asynchronous_ways_keep_no_key_in_clear_either() -> None:
    """The asynchronous methods of Django's own store would write the key as it is."""
    for name in ("aload", "aexists", "acreate", "asave", "adelete", "aclear_expired"):
        assert getattr(SessionStore, name).__module__ == "django.contrib.sessions.backends.base", name


@pytest.mark.django_db(transaction=True)
def test_a_session_made_asynchronously_is_found() -> None:
    async def make_one() -> str:
        store = SessionStore()
        await store.aset("user", 9)
        await store.asave()
        return str(store.session_key)

    assert run(make_one()) not in dump()
    assert Session.objects.count() == 1


def test_what_one_session_holds_is_worth_nothing_in_another(now: datetime) -> None:
    """Who may write rows, but knows no secret key, cannot put somebody else's data under a key of their own."""
    theirs, mine = make(user=1), make(user=2)
    data = Session.objects.order_by("pk").values_list("data", flat=True)[0]
    Session.objects.order_by("-pk")[:1].get()
    Session.objects.filter(pk=Session.objects.order_by("-pk")[0].pk).update(data=data)
    assert SessionStore(theirs.session_key)["user"] == 1
    assert "user" not in SessionStore(mine.session_key)


def test_an_hour_without_use_ends_it(now: datetime) -> None:
    with travel(now, tick=False) as clock:
        key = make(user=7).session_key
        for _ in range(3):
            clock.shift(timedelta(minutes=59))
            assert SessionStore(key)["user"] == 7
        clock.shift(timedelta(minutes=60))
        assert "user" not in SessionStore(key)


def test_twelve_hours_end_it_however_busy_somebody_is(now: datetime) -> None:
    with travel(now, tick=False) as clock:
        key = make(user=7).session_key
        for minutes in range(0, 12 * 60 - 30, 30):
            store = SessionStore(key)
            assert store["user"] == 7, minutes
            store["seen"] = minutes
            store.save()
            clock.shift(timedelta(minutes=30))
        clock.shift(timedelta(minutes=29))
        assert SessionStore(key)["user"] == 7
        clock.shift(timedelta(minutes=1))
        assert "user" not in SessionStore(key)


def test_a_request_under_way_does_not_revive_what_was_signed_out() -> None:
    store = make(user=7)
    SessionStore(store.session_key).flush()
    store["late"] = True
    with pytest.raises(UpdateError):
        store.save()
    assert not Session.objects.exists()


def test_what_is_over_is_cleared_away(now: datetime) -> None:
    with travel(now, tick=False) as clock:
        make(user=7)
        clock.shift(timedelta(hours=1))
        kept = make(user=8)
        SessionStore.clear_expired()
        assert Session.objects.count() == 1
        assert SessionStore(kept.session_key)["user"] == 8


def test_a_page_view_that_changes_nothing_seldom_writes(now: datetime, django_assert_num_queries: object) -> None:
    with travel(now, tick=False) as clock:
        key = make(user=7).session_key
        clock.shift(timedelta(seconds=59))
        before = Session.objects.get().ends_at
        assert SessionStore(key)["user"] == 7
        assert Session.objects.get().ends_at == before
        clock.shift(timedelta(seconds=1))
        assert SessionStore(key)["user"] == 7
        assert Session.objects.get().ends_at == now + timedelta(minutes=61)
