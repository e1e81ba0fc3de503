"""Processes that say that they live, and what becomes of the leases of those that say so no more."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from links.channels import apprise, smtp
from links.channels.base import MAX_SEND_SECONDS
from links.models import Heartbeat, LinkMail, ShareLink
from links.models.leases import process_number
from links.queries.health import VALIDATE, WatchState, read_health
from links.services import signs_of_life
from links.services.mail import outbox
from links.services.signs_of_life import DOUBT_SECONDS, GONE_SECONDS, MESSAGES_GONE_SECONDS, Holders
from tests.waiting import wait_until

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
LEASE = timedelta(minutes=5)
NAME = Heartbeat.HOLDER + "0123456789abcdef"


@pytest.fixture
def leased(db: None) -> ShareLink:
    link = ShareLink.objects.create(
        delivery="stable", asked_until=NOW, promised_until=NOW, created_at=NOW, due_at=NOW - timedelta(seconds=1)
    )
    ShareLink.objects.filter(pk=link.pk).update(
        lease_id="0123456789abcdef" * 2, leased_until=NOW + LEASE, claim_count=1
    )
    return link


def leased_id(link: ShareLink) -> UUID:
    link.refresh_from_db()
    assert link.lease_id
    return link.lease_id


def is_free(link: ShareLink) -> bool:
    return ShareLink.objects.filter(pk=link.pk).due(NOW).exists()


def look_for(holders: Holders, seconds: float, begin: float = 100.0, every: float = 2.0) -> int:
    """Look again and again for so long; how many rows were freed."""
    return sum(holders.look(NOW, begin + step * every) for step in range(int(seconds / every) + 1))


@pytest.fixture(autouse=True)
def _looks_take_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long a look takes is none of these tests' affair, nor is a sign that they give one of this process's: it
    would think from then on that others take it for gone, and deliver nothing in any later test."""
    monkeypatch.setattr(signs_of_life, "monotonic", lambda: float("-inf"))
    monkeypatch.setattr(signs_of_life._Own, "signed_at", None)
    monkeypatch.setattr(signs_of_life._Own, "doubts", 0)


@pytest.mark.parametrize("clock", [-timedelta(hours=3), timedelta(), timedelta(hours=3)], ids=["behind", "", "ahead"])
def test_whose_sign_stays_the_same_is_gone_whatever_its_clock_says(leased: ShareLink, clock: timedelta) -> None:
    Heartbeat.record(NAME, NOW + clock)
    holders = Holders()
    assert look_for(holders, GONE_SECONDS - 2) == 0
    assert not is_free(leased)
    assert look_for(holders, 0, 100 + GONE_SECONDS) == 1
    assert is_free(leased)


def test_a_send_under_way_is_over_before_somebody_else_gets_its_message(leased: ShareLink) -> None:
    """A process that cannot write its sign may still talk to a mail server that takes its time."""
    mail = LinkMail.objects.create(
        link=leased, kind="downloaded", to="a@example.com", language="en", created_at=NOW, due_at=NOW,
        lease_id=leased_id(leased), leased_until=NOW + LEASE,
    )  # fmt: skip
    Heartbeat.record(NAME, NOW)
    holders = Holders()
    assert look_for(holders, DOUBT_SECONDS + MAX_SEND_SECONDS) == 1
    assert (is_free(leased), LinkMail.objects.due(NOW).exists()) == (True, False)
    look_for(holders, MESSAGES_GONE_SECONDS, begin=100 + DOUBT_SECONDS + MAX_SEND_SECONDS)
    assert LinkMail.objects.due(NOW).get() == mail
    assert not Heartbeat.objects.exists()


def test_whoever_is_taken_for_gone_has_ended_its_longest_send_by_then() -> None:
    assert DOUBT_SECONDS < GONE_SECONDS
    assert DOUBT_SECONDS + MAX_SEND_SECONDS < MESSAGES_GONE_SECONDS
    assert max(smtp.TIMEOUT_SECONDS, apprise.TOTAL_TIMEOUT_SECONDS) <= MAX_SEND_SECONDS < outbox.ROUND_SECONDS
    assert outbox.BEGIN_SECONDS + MAX_SEND_SECONDS < outbox.ROUND_SECONDS


def name_of(process: "subprocess.Popen[bytes]", place: str) -> str:
    return f"{NAME} {process.pid} at {place}"


@pytest.fixture
def sleeper() -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_what_a_process_of_this_machine_had_leased_is_free_once_it_has_ended(
    leased: ShareLink, sleeper: "subprocess.Popen[bytes]"
) -> None:
    place = signs_of_life._find_place()
    mail = LinkMail.objects.create(
        link=leased, kind="downloaded", to="a@example.com", language="en", created_at=NOW, due_at=NOW,
        lease_id=leased_id(leased), leased_until=NOW + LEASE,
    )  # fmt: skip
    Heartbeat.record(name_of(sleeper, place), NOW)
    Heartbeat.record(name_of(sleeper, "f" * 16).replace("0123", "3210"), NOW)  # of another machine, where it lives
    assert Holders().look(NOW, 100.0) == 0
    sleeper.kill()
    sleeper.wait()
    assert Holders().look(NOW, 100.0) == 2
    assert LinkMail.objects.due(NOW).get() == mail
    assert Heartbeat.objects.get().name.endswith("f" * 16)


def test_this_process_is_known_by_its_own_sign(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signs_of_life._Own, "signed_at", None)
    signs_of_life.give_holders_sign(NOW)
    name = Heartbeat.objects.get().name
    assert len(name) < Heartbeat.MAX_NAME_LENGTH
    assert name.startswith(f"{Heartbeat.HOLDER}{process_number()} {os.getpid()} at ")
    assert not signs_of_life.has_ended(name)


def test_whose_sign_changes_keeps_its_leases(leased: ShareLink) -> None:
    holders = Holders()
    for second in range(0, 60, 2):
        Heartbeat.record(NAME, NOW + timedelta(seconds=second))
        holders.look(NOW, float(second))
    assert not is_free(leased)


def test_who_could_not_look_for_a_while_knows_nothing_of_the_others(leased: ShareLink) -> None:
    """The database stood still, and nobody could give a sign."""
    Heartbeat.record(NAME, NOW)
    holders = Holders()
    assert look_for(holders, 2) == 0
    assert look_for(holders, GONE_SECONDS - 2, begin=160) == 0
    assert not is_free(leased)


def test_a_process_that_gives_no_signs_is_not_waited_for_and_not_taken_for_gone(leased: ShareLink) -> None:
    assert look_for(Holders(), 60) == 0
    assert not is_free(leased)


def test_a_database_that_is_away_ends_nobody_who_looks(leased: ShareLink, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(Heartbeat.objects, "filter", fail)
    assert Holders().look(NOW, 100.0) == 0


def test_who_could_give_no_sign_for_long_begins_nothing_that_must_not_be_done_twice(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signs_of_life._Own, "signed_at", None)
    assert not signs_of_life.may_be_taken_for_gone()
    monkeypatch.setattr(signs_of_life, "monotonic", lambda: 100.0)
    signs_of_life.give_holders_sign(NOW)
    monkeypatch.setattr(signs_of_life, "monotonic", lambda: 100.0 + DOUBT_SECONDS)
    assert not signs_of_life.may_be_taken_for_gone()
    monkeypatch.setattr(signs_of_life, "monotonic", lambda: 100.1 + DOUBT_SECONDS)
    assert signs_of_life.may_be_taken_for_gone()


def test_a_process_that_was_in_doubt_remembers_it_once_it_gives_signs_again(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signs_of_life._Own, "signed_at", None)
    before = signs_of_life.count_doubts()
    for at in (100.0, 100.0 + DOUBT_SECONDS, 100.1 + 2 * DOUBT_SECONDS):
        monkeypatch.setattr(signs_of_life, "monotonic", lambda at=at: at)
        signs_of_life.give_holders_sign(NOW)
        assert not signs_of_life.may_be_taken_for_gone()
    assert signs_of_life.count_doubts() == before + 1


def test_a_process_that_gives_no_signs_any_more_is_not_behind_with_them(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with signs_of_life.SignsOfLife():
        wait_until(lambda: signs_of_life._Own.signed_at is not None)
    monkeypatch.setattr(signs_of_life, "monotonic", lambda: float("inf"))
    assert not signs_of_life.may_be_taken_for_gone()


def test_children_that_outlive_their_worker_are_no_sign_that_somebody_watches(db: None) -> None:
    Heartbeat.record(VALIDATE, NOW)
    Heartbeat.record(NAME, NOW + timedelta(minutes=6))
    assert read_health(NOW + timedelta(minutes=6)).state is WatchState.STOPPED


def test_all_processes_that_work_are_counted_and_no_others(db: None) -> None:
    assert signs_of_life.count_holders(NOW) == 1
    signs_of_life.give_holders_sign(NOW)  # this one, which counts once
    Heartbeat.record(f"{Heartbeat.HOLDER}abc 1 at elsewhere", NOW - timedelta(seconds=5))
    Heartbeat.record(f"{Heartbeat.HOLDER}def 2 at elsewhere", NOW - timedelta(minutes=1))
    signs_of_life.give_sign(NOW)
    assert signs_of_life.count_holders(NOW) == 2
