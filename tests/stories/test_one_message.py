"""What one act of staff brings in is one message to whoever did it, from the pasted lines to the mail."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from links.domain.findings import Code
from links.domain.sharing import EVERYTHING
from links.models import Incident, IncidentNotice, LinkMail, ShareLink
from links.services.incidents import notices
from links.services.mail import imports, link_mails
from links.services.pasted.watch_many import watch_many
from tests.fake_receivers import MailReceiver, send_mail_to
from tests.fixtures import World
from tests.site_settings import SiteSettings
from tests.strict_s3 import StrictS3

A_DAY = 86_400


@pytest.fixture
def world(db: None, strict_s3: StrictS3) -> World:
    return World.build(strict_s3, "files", *(f"{number}.pdf" for number in range(11)))


@pytest.fixture
def mails(settings: Settings, site_settings: SiteSettings) -> Iterator[MailReceiver]:
    with MailReceiver() as sink:
        send_mail_to(settings, sink.port)
        site_settings.ALERT_MAILS = ["ops@example.com"]
        yield sink


@pytest.fixture
def mika(db: None) -> User:
    return User.objects.create_user("mika", "mika@example.com")


def paste(world: World, owner: User, dead: int = 4, early: int = 7, fine: int = 0) -> list[ShareLink]:
    presigner = world.s3.presigner(world.access, world.store)
    lines = [presigner.v4(f"gone-{number}.pdf", expires=7 * A_DAY) for number in range(dead)]
    lines += [presigner.v4(f"{number}.pdf", expires=A_DAY) for number in range(early)]
    lines += [presigner.v4(f"{number}.pdf", expires=7 * A_DAY) for number in range(early, early + fine)]
    until = world.clock() + timedelta(days=6)
    results = watch_many(lines, until, owner=owner, scope=EVERYTHING, now=world.clock())
    return [result.done.link for result in results if result.done]


def deliver(world: World, wait: timedelta = timedelta(minutes=1)) -> None:
    world.wait(wait)
    notices.remind(world.clock())
    notices.deliver_due(world.clock)
    link_mails.deliver_due(world.clock)


def sent(mails: MailReceiver) -> list[tuple[Sequence[str], str]]:
    return [(to, str(mail["Subject"])) for to, mail in zip(mails.recipients, mails.messages, strict=True)]


def test_eleven_pasted_urls_are_one_message_to_whoever_pasted_them(
    world: World, mika: User, mails: MailReceiver
) -> None:
    links = paste(world, mika)
    assert len(links) == 11
    world.validate(*links)
    deliver(world)
    assert sent(mails) == [(["mika@example.com"], "[Holdfast] 11 URLs added: 4 do not work, 7 stop working early")]
    told = mails.messages[0].get_content()
    assert told.count("What to do") == Incident.objects.count() == 2, "one for each cause"
    assert all(f"/admin/links/sharelink/{link.pk}/change/" in told for link in links)
    assert not IncidentNotice.objects.exists()


def test_nothing_is_written_of_what_is_well(world: World, mika: User, mails: MailReceiver) -> None:
    world.validate(*paste(world, mika, dead=0, early=0, fine=3))
    deliver(world, imports.LATEST)
    assert sent(mails) == []
    assert not LinkMail.objects.exists()


def test_the_mail_waits_until_all_of_them_were_asked(world: World, mika: User, mails: MailReceiver) -> None:
    links = paste(world, mika)
    world.validate(*links[:5])
    deliver(world)
    assert sent(mails) == []
    world.validate(*links[5:])
    deliver(world)
    assert len(sent(mails)) == 1


def test_a_store_that_does_not_answer_holds_the_mail_up_for_minutes_only(
    world: World, mika: User, mails: MailReceiver
) -> None:
    world.validate(*paste(world, mika)[:10])
    deliver(world, imports.LATEST)
    assert [subject for _to, subject in sent(mails)] == [
        "[Holdfast] 11 URLs added: 4 do not work, 6 stop working early, 1 could not be checked yet"
    ]


def test_what_is_found_after_the_mail_is_an_alert_as_of_any_link(world: World, mika: User, mails: MailReceiver) -> None:
    links = paste(world, mika, dead=0, early=0, fine=2)
    world.validate(*links)
    deliver(world, imports.LATEST)
    world.store.delete("0.pdf")
    world.validate(*links)
    deliver(world)
    assert [to for to, _subject in sent(mails)] == [["ops@example.com"]]


def test_a_link_from_elsewhere_that_shares_the_cause_is_an_alert(world: World, mika: User, mails: MailReceiver) -> None:
    world.validate(*paste(world, mika, dead=1, early=0))
    deliver(world)
    other = world.create_link("9.pdf").link
    world.store.delete("9.pdf")
    world.validate(other)
    deliver(world)
    assert [to for to, _subject in sent(mails)] == [["mika@example.com"], ["ops@example.com"]]
    assert Incident.objects.get(code=Code.OBJECT_MISSING.value).link_count == 2


@pytest.mark.parametrize("mail", ["", "gone@example.com"])
def test_where_no_mail_would_arrive_the_alert_addresses_are_told(
    world: World, mika: User, mails: MailReceiver, mail: str
) -> None:
    mika.email, mika.is_active = mail, not mail
    mika.save()
    world.validate(*paste(world, mika))
    deliver(world)
    assert {tuple(to) for to, _subject in sent(mails)} == {("ops@example.com",)}
    assert len(sent(mails)) == 2, "one for each cause"


def test_what_nobody_mended_within_a_day_is_told_to_the_alert_addresses(
    world: World, mika: User, mails: MailReceiver
) -> None:
    world.validate(*paste(world, mika))
    deliver(world)
    world.wait(timedelta(days=1))
    notices.remind(world.clock())
    deliver(world)
    assert [to for to, _subject in sent(mails)] == [["mika@example.com"], ["ops@example.com"], ["ops@example.com"]]
