from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from links.channels import DeliveryFailed
from links.domain.link_mails import LinkMailKind
from links.models import LinkMail, ShareLink
from links.services.mail.outbox import LEASE, NO_ANSWER, NOT_IN_WORDS, Route, Send, Tally, deliver
from tests.services.mail.rounds import end_rounds_after

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def link(db: None) -> ShareLink:
    until = NOW + timedelta(days=3)
    return ShareLink.objects.create(delivery="stable", asked_until=until, promised_until=until, created_at=NOW)


def write(link: ShareLink, to: str = "a@example.com") -> LinkMail:
    return LinkMail.objects.create(
        link=link, kind=LinkMailKind.DOWNLOADED.value, to=to, language="en", created_at=NOW, due_at=NOW
    )


def route(compose: Callable[[LinkMail], Send | None], to: str = "") -> Route[LinkMail]:
    waiting = LinkMail.objects.filter(to=to) if to else LinkMail.objects.all()
    return Route(waiting=waiting, rows=LinkMail.objects.all(), compose=lambda letter, _now: compose(letter))


def clock() -> datetime:
    return NOW


def test_a_message_is_marked_after_it_was_handed_over_and_not_before(link: ShareLink) -> None:
    letter, held = write(link), Event()
    marked_early: list[object] = []

    def compose(_letter: LinkMail) -> Send:
        marked_early.append(LinkMail.objects.get(pk=letter.pk).delivered_at)
        return held.set

    assert deliver([route(compose)], clock) == Tally(delivered=1)
    letter.refresh_from_db()
    assert held.is_set()
    assert marked_early == [None]
    assert (letter.delivered_at, letter.due_at, letter.lease_id, letter.claim_count) == (NOW, None, None, 0)


def test_a_message_with_nothing_left_to_say_is_deleted(link: ShareLink) -> None:
    write(link)
    assert deliver([route(lambda _letter: None)], clock) == Tally()
    assert not LinkMail.objects.exists()


def test_what_was_not_taken_waits_longer_each_time_and_keeps_the_reason(link: ShareLink) -> None:
    def refuse() -> None:
        raise DeliveryFailed.because("Try again later")

    letter, at = write(link), NOW
    for wait in (30, 60, 120):
        assert deliver([route(lambda _letter: refuse)], lambda: at) == Tally(failed=1)  # noqa: B023  called at once
        letter.refresh_from_db()
        assert letter.due_at == at + timedelta(seconds=wait)
        at = letter.due_at
    assert (letter.attempts, letter.last_error) == (3, "Try again later")


def test_a_surprise_is_kept_by_its_name_alone(link: ShareLink) -> None:
    def surprise() -> None:
        raise RuntimeError("hunter2")

    letter = write(link)
    assert deliver([route(lambda _letter: surprise)], clock) == Tally(failed=1)
    letter.refresh_from_db()
    assert letter.last_error == "RuntimeError"


def test_a_message_without_words_silences_no_other(link: ShareLink) -> None:
    riddle, sound = write(link, "riddle@example.com"), write(link)

    def compose(letter: LinkMail) -> Send:
        if letter == riddle:
            raise ValueError
        return lambda: None

    assert deliver([route(compose)], clock) == Tally(delivered=1, failed=1)
    riddle.refresh_from_db()
    sound.refresh_from_db()
    assert (riddle.last_error, sound.delivered_at) == (NOT_IN_WORDS, NOW)


def test_a_route_that_hangs_holds_up_no_other_and_frees_what_it_did_not_try(
    link: ShareLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_rounds_after(1, monkeypatch)
    released = Event()
    for to in ("slow@example.com", "slow@example.com", "quick@example.com"):
        write(link, to)
    slow = route(lambda _letter: released.wait, "slow@example.com")
    quick = route(lambda _letter: lambda: None, "quick@example.com")
    try:
        assert deliver([slow, quick], clock) == Tally(delivered=1, failed=1)
    finally:
        released.set()
    stuck = LinkMail.objects.filter(to="slow@example.com").order_by("pk")
    assert list(stuck.values_list("attempts", "last_error")) == [(1, NO_ANSWER), (0, "")]
    assert stuck.due(NOW).count() == 1


def test_what_a_worker_was_lost_over_is_tried_after_the_others_and_alone(link: ShareLink) -> None:
    for to in ("first@example.com", "second@example.com"):
        write(link, to)
    LinkMail.objects.update(due_at=NOW - LEASE)
    LinkMail.objects.claim(NOW - LEASE, limit=2, lease=LEASE)  # by a worker that never came back
    LinkMail.objects.update(due_at=NOW)
    write(link, "fresh@example.com")
    leased_together: list[tuple[str, int]] = []

    def compose(letter: LinkMail) -> Send:
        leased_together.append((letter.to, LinkMail.objects.filter(lease_id=letter.lease_id).count()))
        return lambda: None

    assert deliver([route(compose)], clock) == Tally(delivered=3)
    assert leased_together == [("fresh@example.com", 1), ("first@example.com", 1), ("second@example.com", 1)]
