"""What is still open is said again, once a day."""

from datetime import timedelta

from links.domain.incidents import REMINDER_EVERY, SETTLE, NoticeKind
from links.models import IncidentNotice
from links.services.incidents import notices as tell
from tests.fake_receivers import MailReceiver, WebhookReceiver
from tests.services.incidents.notifying import Clock, announce, channel_of, open_incident, resolve, run_at_once
from tests.site_settings import SiteSettings


def test_an_open_incident_is_said_again_once_a_day(db: None, mails: MailReceiver, clock: Clock) -> None:
    announce(open_incident(), clock)
    tell.deliver_due(clock)
    clock.advance(REMINDER_EVERY - timedelta(seconds=1))
    assert tell.remind(clock()) == 0
    clock.advance(timedelta(seconds=1))
    assert tell.remind(clock()) == 1
    assert tell.remind(clock()) == 0, "it is on its way"
    clock.advance(SETTLE)
    tell.deliver_due(clock)
    assert tell.remind(clock()) == 0, "it was said just now"
    assert [mail["Subject"].startswith("[Holdfast] Still:") for mail in mails.messages] == [False, True]


def test_a_resolved_incident_is_not_said_again(db: None, mails: MailReceiver, clock: Clock) -> None:
    incident = open_incident()
    announce(incident, clock)
    tell.deliver_due(clock)
    clock.advance(REMINDER_EVERY)
    tell.remind(clock())
    resolve(incident, clock())
    tell.announce([incident], NoticeKind.RESOLVED, clock())
    assert [notice.kind for notice in IncidentNotice.objects.undelivered()] == [NoticeKind.RESOLVED]
    clock.advance(REMINDER_EVERY)
    assert tell.remind(clock()) == 0


def test_a_channel_that_is_new_hears_of_what_is_still_open(
    db: None, mails: MailReceiver, webhook: WebhookReceiver, site_settings: SiteSettings, clock: Clock
) -> None:
    urls, site_settings.ALERT_URLS = site_settings.ALERT_URLS, []
    announce(open_incident(), clock)
    tell.deliver_due(clock)
    site_settings.ALERT_URLS = urls
    clock.advance(REMINDER_EVERY)
    assert tell.remind(clock()) == 2
    waiting = dict(IncidentNotice.objects.undelivered().values_list("channel", "kind"))
    assert waiting == {"mail": NoticeKind.REMINDER, channel_of(urls[0]): NoticeKind.OPENED}


def test_two_reminders_at_once_are_one(transactional_db: None, mails: MailReceiver, clock: Clock) -> None:
    for n in range(5):
        open_incident(f"AKIA{n}")
    clock.advance(REMINDER_EVERY)
    made: list[int] = []
    run_at_once(3, lambda: made.append(tell.remind(clock())))
    assert sum(made) == IncidentNotice.objects.count() == 5
