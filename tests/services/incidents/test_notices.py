"""Incidents announced: to whom, when, and in which words."""

import re
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone, translation
from pytest_django import Settings

from links.domain.findings import Code
from links.domain.incidents import SETTLE, NoticeKind
from links.models import Incident, IncidentLink, IncidentNotice
from links.services.incidents import notices as tell
from links.services.incidents import opening
from links.services.mail import outbox
from links.services.mail.outbox import Tally
from tests.fake_receivers import MailReceiver, WebhookReceiver
from tests.services.incidents.notifying import (
    START,
    Clock,
    add_links,
    announce,
    channel_of,
    open_incident,
    resolve,
)
from tests.site_settings import SiteSettings


def test_an_incident_is_announced_once_to_each_channel(db: None, site_settings: SiteSettings) -> None:
    site_settings.ALERT_MAILS, site_settings.ALERT_URLS = ["a@example.com", "b@example.com"], ["json://host/a"]
    notices = tell.announce([open_incident()], NoticeKind.OPENED, START)
    assert {notice.channel for notice in notices} == {"mail", channel_of("json://host/a")}
    assert {notice.due_at for notice in notices} == {START + SETTLE}
    assert IncidentNotice.objects.undelivered().count() == 2


def test_without_a_channel_there_is_nothing_to_announce(db: None) -> None:
    assert tell.announce([open_incident()], NoticeKind.OPENED, START) == []
    assert tell.deliver_due(lambda: START) == Tally()


def test_nothing_is_said_before_the_incident_has_settled(db: None, mails: MailReceiver, clock: Clock) -> None:
    tell.announce([open_incident()], NoticeKind.OPENED, clock())
    clock.advance(SETTLE - timedelta(seconds=1))
    assert tell.deliver_due(clock) == Tally()
    clock.advance(timedelta(seconds=1))
    assert tell.deliver_due(clock) == Tally(delivered=1)


def test_an_opening_that_nobody_was_told_can_be_withdrawn(db: None, mails: MailReceiver, clock: Clock) -> None:
    incident = open_incident()
    announce(incident, clock)
    assert tell.withdraw([incident.pk], NoticeKind.OPENED) == {incident.pk}
    assert tell.announce([incident], NoticeKind.RESOLVED, clock()) == []
    assert tell.deliver_due(clock) == Tally()


def test_what_was_told_or_is_being_told_cannot_be_withdrawn(db: None, mails: MailReceiver, clock: Clock) -> None:
    told, delivering = open_incident("AKIA1"), open_incident("AKIA2")
    announce(told, clock)
    tell.deliver_due(clock)
    announce(delivering, clock)
    IncidentNotice.objects.claim(clock(), limit=1, lease=outbox.LEASE)
    assert tell.withdraw([told.pk, delivering.pk], NoticeKind.OPENED) == set()
    assert tell.announce([told], NoticeKind.RESOLVED, clock())
    assert tell.announce([delivering], NoticeKind.RESOLVED, clock())


@pytest.mark.slow
def test_a_resolution_is_told_only_where_the_opening_was(
    db: None, mails: MailReceiver, webhook: WebhookReceiver, clock: Clock
) -> None:
    incident = open_incident()
    announce(incident, clock)
    webhook.status = 500
    tell.deliver_due(clock)
    tell.withdraw([incident.pk], NoticeKind.OPENED)
    assert [notice.channel for notice in announce(incident, clock, NoticeKind.RESOLVED)] == ["mail"]


def test_a_resolution_is_told_once(db: None, mails: MailReceiver, clock: Clock) -> None:
    incident = open_incident()
    announce(incident, clock)
    tell.deliver_due(clock)
    announce(incident, clock, NoticeKind.RESOLVED)
    tell.deliver_due(clock)
    assert tell.announce([incident], NoticeKind.RESOLVED, clock()) == []


def test_a_cause_that_returned_before_its_end_was_told_ends_in_words(
    db: None, mails: MailReceiver, clock: Clock
) -> None:
    first = open_incident()
    announce(first, clock)
    tell.deliver_due(clock)
    resolve(first, clock())
    tell.announce([first], NoticeKind.RESOLVED, clock())
    tell.withdraw([first.pk], NoticeKind.RESOLVED)
    again = open_incident()
    assert len(tell.announce([again], NoticeKind.RESOLVED, clock())) == 1


# What is said ---------------------------------------------------------------------------------------------------


def test_a_thousand_links_are_one_message_with_their_count(
    db: None, mails: MailReceiver, webhook: WebhookReceiver, clock: Clock, django_user_model: type[User]
) -> None:
    incident = open_incident()
    announce(incident, clock)
    add_links(incident, 1_000, django_user_model.objects.create_user("aiko"))
    assert tell.deliver_due(clock) == Tally(delivered=2)
    (mail,), (call,) = mails.messages, webhook.calls
    for subject, text in ((mail["Subject"], mail.get_content()), (call.json["title"], call.json["message"])):
        assert "1,000" in subject
        assert "AKIAEXAMPLE" in text
        assert len(re.findall(r"file-\d{5}\.pdf", text)) == 20
        assert "aiko" in text
        assert f"http://holdfast.test/admin/links/incident/{incident.pk}/change/" in text


def test_links_that_are_harmed_no_more_are_not_listed(db: None, mails: MailReceiver, clock: Clock) -> None:
    incident = open_incident()
    add_links(incident, 2)
    IncidentLink.objects.filter(link__object_key="file-00000.pdf").update(over_at=START)
    announce(incident, clock)
    tell.deliver_due(clock)
    assert "file-00001.pdf" in mails.messages[0].get_content()
    assert "file-00000.pdf" not in mails.messages[0].get_content()


def test_a_resolution_lists_the_links_that_were_harmed(db: None, clock: Clock) -> None:
    incident = open_incident()
    add_links(incident, 1)
    IncidentLink.objects.update(over_at=START)
    resolve(incident, START)
    notice = IncidentNotice(incident=incident, kind=NoticeKind.RESOLVED, key=uuid.uuid4())
    assert "file-00000.pdf" in tell.compose(notice, clock()).text


def test_a_message_speaks_the_sites_language_and_zone_whatever_is_active(
    db: None, settings: Settings, clock: Clock
) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    notice = IncidentNotice(incident=open_incident(), kind=NoticeKind.OPENED, key=uuid.uuid4())
    with translation.override("ja"), timezone.override("America/New_York"):
        text = tell.compose(notice, clock()).text
    assert "1 March 2026, 18:00 JST" in text
    assert "What to do" in text


def test_an_incident_that_cannot_be_put_into_words_does_not_silence_the_others(
    db: None, mails: MailReceiver, clock: Clock
) -> None:
    unreadable, plain = open_incident("unreadable"), open_incident("plain")
    Incident.objects.filter(pk=unreadable.pk).update(code="from-the-future")
    announce(unreadable, clock)
    announce(plain, clock)
    assert tell.deliver_due(clock) == Tally(delivered=1, failed=1)
    assert unreadable.notices.get().last_error == outbox.NOT_IN_WORDS


def test_each_address_is_told_in_its_own_language(
    db: None, mails: MailReceiver, site_settings: SiteSettings, clock: Clock
) -> None:
    site_settings.ALERT_MAILS = ["ops@example.com", "tanaka@example.jp:ja"]
    announce(open_incident(), clock)
    assert tell.deliver_due(clock) == Tally(delivered=2)
    told = {to[0]: mail.get_content() for to, mail in zip(mails.recipients, mails.messages, strict=True)}
    assert "What to do" in told["ops@example.com"]
    assert "対応方法" in told["tanaka@example.jp"]


def test_a_site_may_have_all_its_alerts_in_one_language(db: None, site_settings: SiteSettings, clock: Clock) -> None:
    site_settings.ALERT_LANGUAGE = "ja"
    notice = IncidentNotice(incident=open_incident(), kind=NoticeKind.OPENED, key=uuid.uuid4())
    assert "対応方法" in tell.compose(notice, clock()).text


# Several causes at once ----------------------------------------------------------------------------------------------


def test_an_end_is_still_told_when_others_of_its_kind_and_of_its_place_begin(
    db: None, mails: MailReceiver, clock: Clock
) -> None:
    over = open_incident("AKIA2", Code.KEY_UNKNOWN)
    announce(over, clock)
    tell.deliver_due(clock)
    resolve(over, clock())
    announce(over, clock, NoticeKind.RESOLVED)
    alike = [open_incident("AKIA1", Code.KEY_UNKNOWN), open_incident("AKIA2", Code.KEY_INACTIVE)]
    opening.announce(alike, clock())
    assert IncidentNotice.objects.filter(incident=over, kind=NoticeKind.RESOLVED.value).exists()


def test_a_channel_that_was_told_nothing_of_a_cause_is_told_that_it_is_back(
    db: None, mails: MailReceiver, webhook: WebhookReceiver, clock: Clock
) -> None:
    webhook.status, webhook.retry_after = 429, "600"
    first = open_incident()
    announce(first, clock)
    tell.deliver_due(clock)
    resolve(first, clock())
    announce(first, clock, NoticeKind.RESOLVED)
    IncidentNotice.objects.filter(incident=first, kind=NoticeKind.OPENED.value, delivered_at=None).delete()
    back = open_incident()
    opening.announce([back], clock())
    told = IncidentNotice.objects.filter(incident=back).values_list("channel", flat=True)
    assert [channel for channel in told if channel != "mail"]
    assert "mail" not in told
