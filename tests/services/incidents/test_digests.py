"""A storm of incidents: the first words at once, the rest together, and nothing lost or said twice."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from pytest_django import Settings

from links.domain.findings import Code
from links.domain.incidents import SETTLE, SITE, NoticeKind
from links.models import Incident, IncidentNotice, NoticeDigest
from links.services.incidents import digests, notices
from links.services.mail import outbox
from links.services.mail.outbox import Tally
from tests.fake_receivers import MailReceiver, send_mail_to
from tests.services.incidents.notifying import START, Clock, open_incident, resolve
from tests.site_settings import SiteSettings

TWELVE_MINUTES = timedelta(minutes=12)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def mails(settings: Settings, site_settings: SiteSettings) -> Iterator[MailReceiver]:
    with MailReceiver() as sink:
        send_mail_to(settings, sink.port)
        site_settings.ALERT_MAILS = ["ops@example.com"]
        site_settings.ALERTS_PER_HOUR = 10
        yield sink


def announce(count: int, clock: Clock, first: int = 0) -> list[Incident]:
    opened = [open_incident(f"AKIA{number}") for number in range(first, first + count)]
    for incident in opened:
        notices.announce([incident], NoticeKind.OPENED, clock())
    clock.advance(SETTLE)
    return opened


def subjects(mails: MailReceiver) -> list[str]:
    return [str(mail["Subject"]) for mail in mails.messages]


def test_a_storm_is_told_within_a_minute_by_a_few_messages(db: None, mails: MailReceiver, clock: Clock) -> None:
    opened = announce(40, clock)
    assert clock() - START < timedelta(minutes=1)
    assert notices.deliver_due(clock) == Tally(delivered=6)
    assert len(mails.messages) == 6
    assert "[Holdfast] 35 new incidents" in subjects(mails)
    told = "".join(mail.get_content() for mail in mails.messages)
    assert all(f"/admin/links/incident/{incident.pk}/change/" in told for incident in opened)
    assert not IncidentNotice.objects.undelivered().exists()


def test_what_comes_after_a_digest_waits_for_the_next_and_is_not_overdue(
    db: None, mails: MailReceiver, clock: Clock
) -> None:
    announce(40, clock)
    notices.deliver_due(clock)
    announce(2, clock, first=40)
    assert notices.deliver_due(clock) == Tally()
    assert not IncidentNotice.objects.due(clock()).exists(), "what waits on purpose is no backlog"
    clock.advance(TWELVE_MINUTES)
    assert notices.deliver_due(clock) == Tally(delivered=1)
    assert subjects(mails)[-1] == "[Holdfast] 2 new incidents"


def test_the_gravest_are_told_alone(db: None, mails: MailReceiver, clock: Clock) -> None:
    for number in range(20):
        open_incident(f"files-{number}", Code.SIGNATURE_ENDS_EARLY, verdict="at_risk")
    open_incident("AKIAGONE")
    open_incident(SITE, Code.SECRETS_UNREADABLE)
    for incident in Incident.objects.order_by("pk"):
        notices.announce([incident], NoticeKind.OPENED, clock())
    clock.advance(SETTLE)
    notices.deliver_due(clock)
    alone = [subject for subject in subjects(mails) if "new incidents" not in subject]
    assert len(alone) == 5
    assert any("AKIAGONE" in subject for subject in alone)
    assert any("secret" in subject.lower() for subject in alone)


def test_what_was_over_before_it_was_told_is_in_no_digest(db: None, mails: MailReceiver, clock: Clock) -> None:
    opened = announce(40, clock)
    digests.admit("mail", 10, clock())
    in_digest = IncidentNotice.objects.exclude(digest=None).order_by("pk")
    for incident in opened[-3:]:
        assert notices.withdraw([incident.pk], NoticeKind.OPENED) == {incident.pk}
        resolve(incident, clock())
        assert notices.announce([incident], NoticeKind.RESOLVED, clock()) == []
    assert in_digest.count() == 32
    notices.deliver_due(clock)
    assert "[Holdfast] 32 new incidents" in subjects(mails)


def test_a_digest_of_which_nothing_is_left_is_not_sent(db: None, mails: MailReceiver, clock: Clock) -> None:
    settings_of_one_an_hour = 1
    (incident,) = announce(1, clock)
    digests.admit("mail", settings_of_one_an_hour, clock())
    assert notices.withdraw([incident.pk], NoticeKind.OPENED) == {incident.pk}
    assert notices.deliver_due(clock) == Tally()
    assert not NoticeDigest.objects.exists()


def test_a_digest_that_is_under_way_was_told(db: None, mails: MailReceiver, clock: Clock) -> None:
    opened = announce(40, clock)
    digests.admit("mail", 10, clock())
    NoticeDigest.objects.claim(clock(), limit=1, lease=outbox.LEASE)
    assert notices.announce([opened[-1]], NoticeKind.RESOLVED, clock())
    assert notices.withdraw([opened[-1].pk], NoticeKind.OPENED) == set()


def test_a_worker_that_is_lost_after_a_digest_leaves_nothing_untold(
    db: None, mails: MailReceiver, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(40, clock)
    with monkeypatch.context() as patch:
        patch.setattr(digests, "settle", lambda: None)
        notices.deliver_due(clock)
    assert IncidentNotice.objects.undelivered().count() == 35
    assert notices.deliver_due(clock) == Tally()
    assert not IncidentNotice.objects.undelivered().exists()
    assert len(mails.messages) == 6


def test_a_digest_is_tried_again_and_given_up_as_a_notice_is(db: None, mails: MailReceiver, clock: Clock) -> None:
    mails.refusal = "451 Try again later"
    announce(40, clock)
    assert notices.deliver_due(clock) == Tally(failed=6)
    clock.advance(timedelta(days=7))
    notices.deliver_due(clock)
    carried = IncidentNotice.objects.exclude(digest=None)
    assert set(carried.values_list("given_up_at", flat=True)) == {clock()}
    assert "Try again later" in carried[0].last_error


def test_a_limit_of_one_an_hour_tells_the_first_at_once(
    db: None, mails: MailReceiver, site_settings: SiteSettings, clock: Clock
) -> None:
    site_settings.ALERTS_PER_HOUR = 1
    announce(1, clock)
    assert notices.deliver_due(clock) == Tally(delivered=1)
    assert "AKIA0" in subjects(mails)[0], "alone it reads like any notice"
    announce(3, clock, first=1)
    clock.advance(timedelta(minutes=58))
    assert notices.deliver_due(clock) == Tally()
    clock.advance(timedelta(minutes=2))
    assert notices.deliver_due(clock) == Tally(delivered=1)


def test_a_cause_that_this_version_does_not_know_is_a_line_like_the_others(
    db: None, mails: MailReceiver, clock: Clock
) -> None:
    opened = announce(40, clock)
    Incident.objects.filter(pk=opened[-1].pk).update(code="from-the-future")
    notices.deliver_due(clock)
    assert any("from-the-future" in mail.get_content() for mail in mails.messages)


def test_workers_at_once_keep_to_the_limit(transactional_db: None, mails: MailReceiver, clock: Clock) -> None:
    announce(40, clock)
    start = Barrier(3)

    def work() -> None:
        start.wait()
        try:
            notices.deliver_due(clock)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    notices.deliver_due(clock)
    assert len(mails.messages) == 6
    assert not IncidentNotice.objects.undelivered().exists()
