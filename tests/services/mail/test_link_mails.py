"""Mails about links, through a real SMTP server: in the recipient's words, at least once, once where nothing breaks."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.utils import timezone, translation
from pytest_django import Settings

from links.domain.link_mails import LinkMailKind, LinkReader
from links.lib.backoff import GIVE_UP_AFTER
from links.models import Customer, LinkMail, ShareLink, StaffPreferences, TimeRequest
from links.services.links import changes, time_requests
from links.services.mail import link_mails, outbox
from links.services.mail.link_mails import deliver_due, find_reader, write_to, write_to_owner
from links.services.mail.outbox import LEASE, NOT_IN_WORDS, mark
from tests.fake_receivers import MailReceiver, send_mail_to
from tests.fixtures import World, let_share
from tests.site_settings import SiteSettings

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def mails(settings: Settings) -> Iterator[MailReceiver]:
    with MailReceiver() as sink:
        send_mail_to(settings, sink.port)
        yield sink


@pytest.fixture
def mika(db: None) -> User:
    return User.objects.create_user("mika", "mika@example.com", first_name="Mika", last_name="Ogata")


@pytest.fixture
def ken(db: None) -> User:
    return User.objects.create_user("ken", "ken@example.com", first_name="健太")


@pytest.fixture
def link(mika: User) -> ShareLink:
    until = START + timedelta(days=3)
    customer = Customer.objects.create(name="ACME", created_at=START)
    return ShareLink.objects.create(
        delivery="stable", title="Annual report", object_key="reports/2026.pdf", owner=mika, customer=customer,
        asked_until=until, promised_until=until, created_at=START,
    )  # fmt: skip


def write(link: ShareLink, kind: LinkMailKind = LinkMailKind.ENDING, **params: object) -> LinkMail:
    (link_mail,) = write_to_owner(link, kind, START, **params)
    return link_mail


def deliver(at: datetime = START) -> int:
    return deliver_due(lambda: at)


# Who is written to, and how they read ---------------------------------------------------------------------------


def make_unreachable(link: ShareLink, why: str) -> None:
    match why:
        case "no owner":
            link.owner = None
        case "no address":
            User.objects.update(email="")
        case "inactive":
            User.objects.update(is_active=False)
    link.save()
    link.refresh_from_db()


UNREACHABLE = pytest.mark.parametrize("why", ["no owner", "no address", "inactive"])


@UNREACHABLE
def test_where_nobody_can_be_written_to_nothing_is(link: ShareLink, why: str) -> None:
    make_unreachable(link, why)
    assert find_reader(link.owner) is LinkReader.NOBODY
    assert write_to_owner(link, LinkMailKind.TIME_ASKED, START) == []
    assert not LinkMail.objects.exists()


@UNREACHABLE
@pytest.mark.parametrize("kind", [LinkMailKind.ENDING, LinkMailKind.DOWNLOADED, LinkMailKind.TIME_ASKED])
def test_what_reaches_no_owner_goes_to_the_alert_addresses_each_in_its_language(
    link: ShareLink, why: str, kind: LinkMailKind, mails: MailReceiver, site_settings: SiteSettings
) -> None:
    site_settings.ALERT_MAILS = ["ops@example.com", "tanaka@example.jp:ja"]
    make_unreachable(link, why)
    assert find_reader(link.owner) is LinkReader.SITE
    write_to_owner(link, kind, START)
    assert deliver() == 2
    assert deliver(START + timedelta(days=1)) == 0
    told = {
        recipients[0]: mail.get_content() for recipients, mail in zip(mails.recipients, mails.messages, strict=True)
    }
    assert set(told) == {"ops@example.com", "tanaka@example.jp"}
    reason = "the link has no owner" if why == "no owner" else "the link's owner, Mika Ogata, has no mail address"
    assert reason in told["ops@example.com"]
    assert "Your link" not in told["ops@example.com"]
    assert "このリンク" in told["tanaka@example.jp"]
    assert f"/admin/links/sharelink/{link.pk}/" in told["ops@example.com"]


def test_a_mail_to_an_alert_channel_that_was_taken_out_of_the_settings_is_given_up(
    link: ShareLink, mails: MailReceiver, site_settings: SiteSettings
) -> None:
    site_settings.ALERT_MAILS = ["ops@example.com"]
    make_unreachable(link, "no owner")
    write_to_owner(link, LinkMailKind.ENDING, START)
    site_settings.ALERT_MAILS = []
    assert deliver() == 0
    assert (LinkMail.objects.get().given_up_at, LinkMail.objects.get().due_at) == (START, None)


def test_mail_follows_its_recipient_in_language_and_zone(link: ShareLink, mika: User, mails: MailReceiver) -> None:
    StaffPreferences.objects.create(user=mika, language="ja", zone="Asia/Tokyo")
    write(link)
    with translation.override("en"), timezone.override("Europe/Berlin"):
        assert deliver() == 1
        assert translation.get_language() == "en"
        assert timezone.get_current_timezone_name() == "Europe/Berlin"
    (mail,) = mails.messages
    assert mails.recipients == [["mika@example.com"]]
    assert "2026年3月4日 18:00（日本時間）" in mail.get_content()


def test_a_zone_that_is_no_longer_known_is_the_sites_own(link: ShareLink) -> None:
    link_mail = write_to("c@example.com", link, LinkMailKind.TIME_GRANTED, START, language="en", zone="Mars/Olympus")
    assert "4 March 2026, 09:00 UTC" in link_mails.compose(link_mail, START).body


def test_a_letter_says_what_which_link_for_whom_and_until_when(link: ShareLink) -> None:
    text = link_mails.compose(write(link), START)
    assert text.subject == "[Holdfast] Expires soon: Annual report"
    for told in (
        "Your link expires in 3 days, on 4 March 2026, 09:00 UTC.",
        f"Link: #{link.pk} Annual report",
        "Customer: ACME",
        f"http://holdfast.test/admin/links/sharelink/{link.pk}/end/",
    ):
        assert told in text.body


def test_a_letter_tells_how_things_stand_when_it_is_sent(link: ShareLink, mails: MailReceiver) -> None:
    write(link)
    ShareLink.objects.update(promised_until=START + timedelta(days=30))
    deliver()
    assert "expires in 30 days" in mails.messages[0].get_content()


def test_no_letter_holds_the_links_url_or_its_token(world: World, mika: User) -> None:
    new_link = world.create_link(owner=mika)
    token = new_link.url.rpartition("/")[2]
    for kind in set(LinkMailKind) - {LinkMailKind.IMPORTED, LinkMailKind.TRANSFERRED}:
        text = link_mails.compose(write(new_link.link, kind), START)
        assert token not in text.subject + text.body
        assert "/s/" not in text.body


# To a customer who got more time ---------------------------------------------------------------------------------


def grant_time(world: World, by: User, owner: User | None, left: str = "") -> tuple[LinkMail, str]:
    """The mail about a grant, and the URL of its link."""
    new_link = world.create_link(owner=owner)
    new_link.link.customer = Customer.objects.create(name="ACME", mail="acme@example.com", created_at=START)
    new_link.link.save()
    let_share(by)
    asked = time_requests.ask(new_link.link, world.clock(), mail=left)
    time_requests.grant(asked, "60 days", by, zone=UTC, now=world.clock())
    return LinkMail.objects.get(kind=LinkMailKind.TIME_GRANTED), new_link.url


def test_more_time_comes_from_who_granted_it_and_is_answered_to_the_owner(
    world: World, mika: User, ken: User, mails: MailReceiver, settings: Settings, site_settings: SiteSettings
) -> None:
    site_settings.BRAND_NAME = "Example Ltd."
    _link_mail, url = grant_time(world, by=ken, owner=mika)
    assert deliver(world.clock() + A_SECOND) == 2
    (granted,) = [mail for mail in mails.messages if mail["To"] == "acme@example.com"]
    assert granted["From"] == "健太 <holdfast@share.example.com>"
    assert granted["Reply-To"] == "mika@example.com"
    text = granted.get_content().replace("\r\n", "\n")
    assert text.startswith("Dear ACME,\n\nThis message is from 健太 (Example Ltd.).\n\nYou have more time")
    assert f"\n{url}\n" in text
    assert "If you have a question, reply to this mail." in text
    (asked,) = [mail for mail in mails.messages if mail["To"] == "mika@example.com"]
    assert (asked["From"], asked["Reply-To"]) == (settings.DEFAULT_FROM_EMAIL, None)


@pytest.mark.parametrize(
    ("owner_mail", "granter_mail", "answers"),
    [
        ("mika@example.com", "ken@example.com", "mika@example.com"),
        ("", "ken@example.com", "ken@example.com"),
        ("", "", None),
    ],
)
def test_who_answers_reaches_somebody_or_is_not_asked_to(
    world: World, mika: User, ken: User, mails: MailReceiver, owner_mail: str, granter_mail: str, answers: str | None
) -> None:
    for user, address in ((mika, owner_mail), (ken, granter_mail)):
        user.email = address
        user.save()
    grant_time(world, by=ken, owner=mika)
    deliver(world.clock() + A_SECOND)
    (granted,) = [mail for mail in mails.messages if mail["To"] == "acme@example.com"]
    assert granted["Reply-To"] == answers
    assert ("reply to this mail" in granted.get_content()) is bool(answers)


def test_an_address_that_is_no_longer_the_customers_gets_no_url(world: World, mika: User) -> None:
    link_mail, url = grant_time(world, by=mika, owner=mika)
    assert url in link_mails.compose(link_mail, START).body
    Customer.objects.update(mail="other@example.com")
    told = link_mails.compose(LinkMail.objects.get(pk=link_mail.pk), START).body
    assert "/s/" not in told
    assert "Open the link that you received" in told


def test_a_url_that_cannot_be_read_is_left_out_and_the_rest_is_told(
    world: World, mika: User, site_settings: SiteSettings
) -> None:
    link_mail, _url = grant_time(world, by=mika, owner=mika)
    site_settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    told = link_mails.compose(LinkMail.objects.get(pk=link_mail.pk), START).body
    assert "You have more time" in told
    assert "Open the link that you received" in told


def test_the_url_is_kept_in_no_row_and_no_error(world: World, mika: User, mails: MailReceiver) -> None:
    link_mail, url = grant_time(world, by=mika, owner=mika, left="acme@example.com")
    mails.refusal = f"550 spam: {url.rpartition('/')[2]}"
    deliver(world.clock() + A_SECOND)
    link_mail.refresh_from_db()
    assert link_mail.attempts == 1
    assert url.rpartition("/")[2] not in f"{link_mail.__dict__}"


def test_who_lost_the_link_meanwhile_is_not_told_that_it_works(world: World, mika: User, mails: MailReceiver) -> None:
    link_mail, _url = grant_time(world, by=mika, owner=mika)
    changes.revoke(link_mail.link, world.clock())
    deliver(world.clock() + A_SECOND)
    assert [mail["To"] for mail in mails.messages] == ["mika@example.com"]


@pytest.mark.parametrize(
    ("kind", "delivery", "page"),
    [
        (LinkMailKind.ENDING, "stable", "end"),
        (LinkMailKind.ENDING, "presigned", "change"),
        (LinkMailKind.DOWNLOADED, "stable", "edit"),
        (LinkMailKind.TIME_ASKED, "stable", "change"),
    ],
)
def test_a_mail_leads_to_the_page_on_which_it_is_answered(
    link: ShareLink, kind: LinkMailKind, delivery: str, page: str
) -> None:
    link.delivery = delivery
    assert f"/admin/links/sharelink/{link.pk}/{page}/\n" in link_mails.compose(write(link, kind), START).body


def test_who_is_asked_for_time_is_led_to_the_request(link: ShareLink) -> None:
    asked = TimeRequest.objects.create(link=link, at=START)
    text = link_mails.compose(write(link, LinkMailKind.TIME_ASKED), START)
    assert f"/admin/links/timerequest/{asked.pk}/change/" in text.body


# Delivery -------------------------------------------------------------------------------------------------------


def test_what_was_delivered_is_not_delivered_again(link: ShareLink, mails: MailReceiver) -> None:
    link_mail = write(link)
    assert deliver() == 1
    assert deliver(START + timedelta(days=1)) == 0
    link_mail.refresh_from_db()
    assert (link_mail.delivered_at, link_mail.due_at, link_mail.attempts, link_mail.lease_id) == (START, None, 1, None)
    assert mails.messages[0]["Message-ID"] == f"<{link_mail.key.hex}@share.example.com>"
    assert mails.messages[0]["Auto-Submitted"] == "auto-generated"


def test_a_failure_is_tried_again_after_a_while_that_grows(link: ShareLink, mails: MailReceiver) -> None:
    mails.refusal = "451 Try again later"
    link_mail = write(link)
    for wait in (30, 60, 120):
        assert link_mail.due_at is not None
        at = link_mail.due_at
        assert deliver(at - A_SECOND) == deliver(at) == 0
        link_mail.refresh_from_db()
        assert link_mail.due_at == at + timedelta(seconds=wait)
        assert link_mail.last_error.endswith("Try again later')")
    mails.refusal = ""
    assert deliver(link_mail.due_at or START) == 1
    link_mail.refresh_from_db()
    assert link_mail.last_error == ""


def test_a_letter_is_given_up_after_a_week_and_says_why(link: ShareLink, mails: MailReceiver) -> None:
    mails.refusal = "451 Try again later"
    link_mail = write(link)
    assert deliver(START + GIVE_UP_AFTER) == 0
    link_mail.refresh_from_db()
    assert (link_mail.given_up_at, link_mail.due_at) == (START + GIVE_UP_AFTER, None)
    assert "Try again later" in link_mail.last_error


def test_a_secret_in_the_servers_words_is_not_kept(link: ShareLink, mails: MailReceiver, settings: Settings) -> None:
    send_mail_to(settings, mails.port, password="hunter2hunter2")
    mails.refusal = "451 hunter2hunter2 may not send https://share.example.com/s/abc"
    link_mail = write(link)
    deliver()
    link_mail.refresh_from_db()
    assert link_mail.last_error
    assert "hunter2" not in link_mail.last_error
    assert "share.example.com" not in link_mail.last_error


def test_whoever_dies_between_delivery_and_mark_repeats_under_the_same_message_id(
    link: ShareLink, mails: MailReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_args: object, **_more: object) -> str:
        raise KeyboardInterrupt

    write(link)
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "mark", die)
        with pytest.raises(KeyboardInterrupt):
            deliver()
    assert deliver() == 0, "the dead one's lease still runs"
    assert deliver(START + LEASE) == 1
    assert len({mail["Message-ID"] for mail in mails.messages}) == 1
    assert len(mails.messages) == 2


def test_whoever_comes_back_too_late_does_not_overwrite_what_another_did(link: ShareLink, mails: MailReceiver) -> None:
    link_mail = write(link)
    LinkMail.objects.claim(START, limit=1, lease=LEASE)
    late = LinkMail.objects.get(pk=link_mail.pk)
    deliver(START + LEASE)
    assert mark(late, "OSError", START + LEASE) == "lost"
    link_mail.refresh_from_db()
    assert (link_mail.delivered_at, link_mail.last_error) == (START + LEASE, "")


def test_one_letter_without_words_does_not_silence_the_others(link: ShareLink, mails: MailReceiver) -> None:
    riddle = write(link)
    LinkMail.objects.filter(pk=riddle.pk).update(kind="from-the-future")
    write(link)
    assert deliver() == 1
    riddle.refresh_from_db()
    assert riddle.last_error == NOT_IN_WORDS


def test_what_there_is_no_time_for_is_free_at_once(
    link: ShareLink, mails: MailReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(link)
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "BEGIN_SECONDS", 0.0)
        assert deliver() == 0
    assert deliver() == 1


def test_a_letter_of_an_end_that_came_another_way_is_not_sent(link: ShareLink, mails: MailReceiver) -> None:
    write(link)
    write(link, LinkMailKind.TIME_ASKED)
    ShareLink.objects.update(revoked_at=START)
    assert deliver() == 1
    assert LinkMail.objects.get().kind == LinkMailKind.TIME_ASKED
