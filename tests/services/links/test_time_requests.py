from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User

from links.domain.errors import Refused
from links.domain.link_mails import LinkMailKind
from links.domain.sharing import EVERYTHING
from links.domain.visits.access import ASKERS, Outcome
from links.models import Customer, LinkMail, ShareLink, TimeRequest
from links.services.links import changes, time_requests
from links.services.mail.link_mails import compose
from links.services.visits.clicks import find_link, refuse
from links.texts.times import moment
from tests.fixtures import World, let_share


@pytest.fixture
def mika(world: World) -> User:
    maker = User.objects.create_user("mika", "mika@example.com")
    let_share(maker)
    return maker


def make_ended(world: World, owner: User | None = None) -> tuple[ShareLink, str]:
    new_link = world.create_link(lifetime="1 hour", owner=owner)
    world.ahead = timedelta(hours=2)
    return new_link.link, new_link.url.rpartition("/")[2]


def ask(world: World, link: ShareLink, **more: str) -> TimeRequest:
    return time_requests.ask(link, world.clock(), **more)


def test_the_same_url_lives_again_after_a_grant(world: World, mika: User) -> None:
    link, token = make_ended(world, mika)
    assert refuse(link, world.clock()) is Outcome.ENDED
    asked = ask(world, link, mail="c@example.com")
    promise = time_requests.grant(asked, "7 days", mika, zone=UTC, now=world.clock())
    found = find_link(token)
    assert found is not None
    assert refuse(found, world.clock()) is None
    assert promise.promised_until == found.promised_until == asked.granted_until
    assert (asked.answered_by, asked.is_open) == (mika, False)


@pytest.mark.slow
def test_the_sender_is_written_to_once_however_often_it_is_asked(world: World, mika: User) -> None:
    link, _token = make_ended(world, mika)
    first = ask(world, link, message="Two weeks, please", mail="c@example.com")
    assert ask(world, link, message="Again") == first
    link_mail = LinkMail.objects.get()
    assert (link_mail.kind, link_mail.to) == (LinkMailKind.TIME_ASKED, "mika@example.com")
    assert link_mail.params.items() >= {"message": "Two weeks, please", "mail": "c@example.com"}.items()


def test_two_colleagues_who_ask_are_both_kept_and_both_written_to(world: World, mika: User) -> None:
    link, _token = make_ended(world, mika)
    asked = ask(world, link, message="Two weeks, please", mail="first@example.com", language="ja")
    assert ask(world, link, message="I was ill", mail="second@example.com", language="en") == asked
    ask(world, link, message="One week will do", mail="FIRST@example.com")
    assert list(asked.messages.values_list("mail", "message", "language")) == [
        ("FIRST@example.com", "One week will do", "ja"),
        ("second@example.com", "I was ill", "en"),
    ]
    time_requests.grant(asked, "7 days", mika, zone=UTC, now=world.clock())
    granted = LinkMail.objects.filter(kind=LinkMailKind.TIME_GRANTED).order_by("pk")
    assert list(granted.values_list("to", "language")) == [("FIRST@example.com", "ja"), ("second@example.com", "en")]
    assert time_requests.list_written(asked) == ["FIRST@example.com", "second@example.com"]


def test_the_sender_hears_of_each_new_address_and_of_no_more_than_are_kept(world: World, mika: User) -> None:
    link, _token = make_ended(world, mika)
    for number in range(ASKERS):
        asked = ask(world, link, message=f"Please {number}", mail=f"c{number}@example.com")
    kept = list(asked.messages.values_list("mail", "message"))
    for _ in range(3):
        with pytest.raises(Refused, match="time-askers-full"):
            ask(world, link, message="Me too", mail="late@example.com")
        with pytest.raises(Refused, match="time-askers-full"):
            ask(world, link, message="Me too")
    assert list(asked.messages.values_list("mail", "message")) == kept
    ask(world, link, message="Still waiting", mail="c3@example.com")
    assert asked.messages.get(mail="c3@example.com").message == "Still waiting"
    assert LinkMail.objects.count() == asked.messages.count() == ASKERS


def test_a_customer_whose_address_we_know_is_written_to_beside_who_left_another(world: World, mika: User) -> None:
    make_ended(world)
    acme = Customer.objects.create(name="ACME", mail="acme@example.com", language="ja", created_at=world.clock())
    ShareLink.objects.update(customer=acme)
    link = ShareLink.objects.get()
    for message, mail in (
        ("Please", ""),
        ("Pretty please", ""),
        ("Soon, please", "ACME@example.com"),
        ("Me too", "kim@example.com"),
    ):
        asked = ask(world, link, message=message, mail=mail, language="en")
    time_requests.grant(asked, "7 days", mika, zone=UTC, now=world.clock())
    granted = LinkMail.objects.order_by("pk").values_list("to", "language")
    assert list(granted) == [("acme@example.com", "ja"), ("kim@example.com", "en")]


def test_the_sender_reads_how_the_link_stood_when_it_was_asked(world: World, mika: User) -> None:
    link = world.create_link(owner=mika).link
    ShareLink.objects.update(download_limit=1, visit_count=1)
    link.refresh_from_db()
    before = moment(link.promised_until)
    asked = ask(world, link, mail="c@example.com")
    time_requests.grant(asked, "90 days", mika, zone=UTC, now=world.clock())
    question, answer = LinkMail.objects.order_by("pk")
    told = compose(question, world.clock())
    assert told.subject.startswith("[Holdfast] Request for another download")
    assert "All allowed downloads had been used" in told.body
    assert "Downloads: 1 of 1" in told.body
    assert f"Promised until: {before}" in told.body
    assert "You can download the file again" in compose(answer, world.clock()).body


def test_who_is_no_known_customer_is_written_to_as_they_read_the_page(world: World, mika: User) -> None:
    link, _token = make_ended(world)
    asked = ask(world, link, mail="c@example.com", language="ja", zone="Asia/Tokyo")
    time_requests.grant(asked, "7 days", mika, zone=UTC, now=world.clock())
    link_mail = LinkMail.objects.get()
    assert (link_mail.to, link_mail.language, link_mail.zone) == ("c@example.com", "ja", "Asia/Tokyo")


def test_the_customer_is_written_to_in_their_own_language_and_zone(world: World, mika: User) -> None:
    link, _token = make_ended(world)
    link.customer = Customer.objects.create(
        name="ACME", mail="acme@example.com", language="ja", zone="Asia/Tokyo", created_at=world.clock()
    )
    link.save()
    time_requests.grant(ask(world, link), "7 days", mika, zone=UTC, now=world.clock())
    link_mail = LinkMail.objects.get(kind=LinkMailKind.TIME_GRANTED)
    assert (link_mail.to, link_mail.language, link_mail.zone) == ("acme@example.com", "ja", "Asia/Tokyo")


@pytest.mark.parametrize(
    ("of_record", "of_browser", "left", "zone"),
    [
        ("Asia/Tokyo", "", "", "Asia/Tokyo"),
        ("", "Asia/Tokyo", "", "Asia/Tokyo"),
        ("", "Asia/Tokyo", "acme@example.com", "Asia/Tokyo"),
        ("Asia/Tokyo", "Europe/Berlin", "", "Asia/Tokyo"),
        ("Asia/Tokyo", "Europe/Berlin", "acme@example.com", "Europe/Berlin"),
        ("Asia/Tokyo", "", "kim@example.com", ""),
        ("", "", "", ""),
    ],
)
def test_times_are_in_the_zone_of_whoever_reads_them(
    world: World, mika: User, of_record: str, of_browser: str, left: str, zone: str
) -> None:
    link, _token = make_ended(world)
    link.customer = Customer.objects.create(
        name="ACME", mail="acme@example.com", zone=of_record, created_at=world.clock()
    )
    link.save()
    time_requests.grant(ask(world, link, mail=left, zone=of_browser), "7 days", mika, zone=UTC, now=world.clock())
    assert LinkMail.objects.get(kind=LinkMailKind.TIME_GRANTED).zone == zone


def test_an_address_that_somebody_typed_is_told_nothing_of_the_link_and_seldom(world: World, mika: User) -> None:
    make_ended(world, mika)
    acme = Customer.objects.create(name="ACME", mail="acme@example.com", created_at=world.clock())
    ShareLink.objects.update(title="Secret plan", customer=acme)
    for number, mail in enumerate(["victim@example.org"] * 5 + ["ACME@example.com"]):
        asked = ask(world, ShareLink.objects.get(), message="Buy our pills", mail=mail)
        time_requests.grant(
            TimeRequest.objects.get(pk=asked.pk), f"{number + 7} days", mika, zone=UTC, now=world.clock()
        )
    granted = LinkMail.objects.filter(kind=LinkMailKind.TIME_GRANTED).order_by("pk")
    assert [link_mail.to for link_mail in granted] == ["victim@example.org"] * 3 + ["ACME@example.com"]
    for link_mail in granted:
        told = compose(link_mail, world.clock())
        is_known = link_mail.to == "ACME@example.com"
        assert ("Secret plan" in told.subject + told.body) is is_known
        assert "pills" not in told.body
        assert ("/s/" in told.body) is ("http" in told.body) is ("Dear ACME" in told.body) is is_known
        assert ("Open the link that you received" in told.body) is not is_known


def test_nobody_is_written_to_where_no_address_is_known(world: World, mika: User) -> None:
    link, _token = make_ended(world)
    time_requests.grant(ask(world, link), "7 days", mika, zone=UTC, now=world.clock())
    assert not LinkMail.objects.exists()


def test_what_was_answered_is_not_answered_again(world: World, mika: User) -> None:
    link, _token = make_ended(world)
    asked = ask(world, link)
    assert time_requests.decline(asked, mika, world.clock())
    assert not time_requests.decline(asked, mika, world.clock())
    with pytest.raises(Refused, match="time-answered"):
        time_requests.grant(asked, "7 days", mika, zone=UTC, now=world.clock())
    assert refuse(link, world.clock()) is Outcome.ENDED


def test_of_two_answers_at_once_the_first_counts(world: World, mika: User) -> None:
    link, _token = make_ended(world)
    asked = ask(world, link, mail="c@example.com")
    late = TimeRequest.objects.get(pk=asked.pk)
    time_requests.grant(asked, "7 days", mika, zone=UTC, now=world.clock())
    assert not time_requests.decline(late, mika, world.clock())
    assert late.granted_until == asked.granted_until
    assert LinkMail.objects.count() == 1


def test_a_grant_that_cannot_be_kept_leaves_the_request_open(world: World, mika: User) -> None:
    link, _token = make_ended(world)
    asked = ask(world, link)
    world.store.delete("report.pdf")
    with pytest.raises(Refused, match="object-missing"):
        time_requests.grant(asked, "7 days", mika, zone=UTC, now=world.clock())
    asked.refresh_from_db()
    assert asked.is_open
    assert not LinkMail.objects.exists()


def test_a_link_that_was_revoked_since_is_not_revived_in_passing(world: World, mika: User) -> None:
    """It was revoked on purpose, by somebody who knew of the request or not: whoever revives it shall know."""
    link = world.create_link().link
    asked = ask(world, link)
    changes.revoke(link, world.clock())
    with pytest.raises(Refused, match="revive-first"):
        time_requests.grant(TimeRequest.objects.get(), "7 days", mika, zone=UTC, now=world.clock())
    asked.refresh_from_db()
    assert asked.is_open
    assert refuse(ShareLink.objects.get(), world.clock()) is Outcome.REVOKED
    changes.change_end(link, "1 day", zone=UTC, now=world.clock(), scope=EVERYTHING)
    time_requests.grant(TimeRequest.objects.get(), "7 days", mika, zone=UTC, now=world.clock())
    assert refuse(ShareLink.objects.get(), world.clock()) is None


def test_a_link_that_is_revoked_at_the_same_moment_stays_revoked(
    world: World, mika: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for lifetime in ("1 hour", "30 days"):
        link = world.create_link(lifetime=lifetime).link
        asked = ask(world, link, mail="c@example.com")
        meanwhile(monkeypatch, partial(changes.revoke_all, [link.pk], world.clock()))
        with pytest.raises(Refused, match="extend-revoked"):
            time_requests.grant(asked, "7 days", mika, zone=UTC, now=world.clock())
        assert (asked.is_open, asked.granted_until) == (True, None)
        assert refuse(ShareLink.objects.get(pk=link.pk), world.clock()) is Outcome.REVOKED
    assert not LinkMail.objects.exists()


def test_a_request_that_is_declined_at_the_same_moment_gives_no_time(
    world: World, mika: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, _token = make_ended(world)
    ShareLink.objects.update(download_limit=1, visit_count=1)
    asked = ask(world, link, mail="c@example.com")
    meanwhile(monkeypatch, lambda: time_requests.decline(TimeRequest.objects.get(), mika, world.clock()))
    with pytest.raises(Refused, match="time-answered"):
        time_requests.grant(TimeRequest.objects.get(), "7 days", mika, zone=UTC, now=world.clock())
    kept = ShareLink.objects.get()
    assert (kept.promised_until, kept.download_limit) == (link.promised_until, 1)
    asked.refresh_from_db()
    assert (asked.is_open, asked.granted_until) == (False, None)
    assert not LinkMail.objects.exists()


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """While the store is asked what can be promised."""
    find_end = changes.find_end
    waiting = [happens]

    def find_slowly(*args: Any, **kwargs: Any) -> datetime:
        if waiting:
            waiting.pop()()
        return find_end(*args, **kwargs)

    monkeypatch.setattr(changes, "find_end", find_slowly)


def test_a_link_that_was_used_up_gets_one_download_more(world: World, mika: User) -> None:
    link, _token = make_ended(world)
    ShareLink.objects.update(download_limit=2, visit_count=2)
    time_requests.grant(ask(world, link), "7 days", mika, zone=UTC, now=world.clock())
    link.refresh_from_db()
    assert (link.download_limit, refuse(link, world.clock())) == (3, None)


def test_more_time_takes_none_away(world: World, mika: User) -> None:
    link = world.create_link(lifetime="30 days").link
    asked = ask(world, link)
    promise = time_requests.grant(asked, "7 days", mika, zone=UTC, now=world.clock())
    assert (
        promise.promised_until == ShareLink.objects.get().promised_until == link.promised_until == asked.granted_until
    )


def test_after_the_answer_a_customer_may_ask_again(world: World, mika: User) -> None:
    link, _token = make_ended(world)
    first = ask(world, link)
    time_requests.decline(first, mika, world.clock())
    assert ask(world, link) != first
    assert TimeRequest.objects.open().count() == 1
