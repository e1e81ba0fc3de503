"""Telling, through a real SMTP server and a real webhook: at least once, once where nothing breaks, never lost."""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone, translation
from pytest_django import Settings

from links.channels import apprise
from links.domain.findings import Code, Verdict
from links.domain.incidents import REMINDER_EVERY, SETTLE, NoticeKind
from links.lib.backoff import GIVE_UP_AFTER
from links.models import Heartbeat, Incident, IncidentLink, IncidentNotice, ShareLink
from links.queries.health import DELIVER
from links.services.incidents import notices as tell
from links.services.incidents import opening
from links.services.mail import outbox
from links.services.mail.outbox import Tally
from tests.fake_receivers import MailReceiver, WebhookReceiver, closed_port, silence
from tests.services.mail.rounds import end_rounds_after
from tests.waiting import TIMEOUT_SECONDS, wait_until

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
TOKEN = "Zm9vYmFyYmF6cXV4"


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> datetime:
        self.now += by
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def webhook(settings: Settings) -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as sink:
        settings.ALERT_URLS = [sink.apprise_url()]
        yield sink


def open_incident(subject: str = "AKIAEXAMPLE", code: Code = Code.KEY_UNKNOWN, **fields: object) -> Incident:
    stated = {"opened_at": START, "changed_at": START, "verdict": Verdict.BROKEN.value, "link_count": 1}
    return Incident.objects.create(code=code.value, subject=subject, **{**stated, **fields})


def add_links(incident: Incident, count: int, owner: User | None = None) -> None:
    until = START + timedelta(days=30)
    links = ShareLink.objects.bulk_create(
        ShareLink(delivery="stable", object_key=f"file-{n:05}.pdf", asked_until=until, promised_until=until,
                  created_at=START, owner=owner)
        for n in range(count)
    )  # fmt: skip
    IncidentLink.objects.bulk_create(IncidentLink(incident=incident, link=link, since=START) for link in links)
    Incident.objects.filter(pk=incident.pk).update(link_count=count)


def resolve(incident: Incident, now: datetime) -> None:
    incident.resolved_at = now
    incident.save()


def announce(incident: Incident, clock: Clock, kind: NoticeKind = NoticeKind.OPENED) -> list[IncidentNotice]:
    """Announce, and wait until it has settled."""
    notices = tell.announce([incident], kind, clock())
    clock.advance(SETTLE)
    return notices


def channel_of(url: str) -> str:
    return apprise.AppriseChannel(url).identity


# Making notices -------------------------------------------------------------------------------------------------


def test_an_incident_is_announced_once_to_each_channel(db: None, settings: Settings) -> None:
    settings.ALERT_MAILS, settings.ALERT_URLS = ["a@example.com", "b@example.com"], ["json://host/a"]
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
    db: None, mails: MailReceiver, settings: Settings, clock: Clock
) -> None:
    settings.ALERT_MAILS = ["ops@example.com", "tanaka@example.jp:ja"]
    announce(open_incident(), clock)
    assert tell.deliver_due(clock) == Tally(delivered=2)
    told = {to[0]: mail.get_content() for to, mail in zip(mails.recipients, mails.messages, strict=True)}
    assert "What to do" in told["ops@example.com"]
    assert "対応方法" in told["tanaka@example.jp"]


def test_a_site_may_have_all_its_alerts_in_one_language(db: None, settings: Settings, clock: Clock) -> None:
    settings.ALERT_LANGUAGE = "ja"
    notice = IncidentNotice(incident=open_incident(), kind=NoticeKind.OPENED, key=uuid.uuid4())
    assert "対応方法" in tell.compose(notice, clock()).text


# Delivery -------------------------------------------------------------------------------------------------------


def test_what_was_delivered_is_not_delivered_again(db: None, mails: MailReceiver, clock: Clock) -> None:
    (notice,) = announce(open_incident(), clock)
    assert tell.deliver_due(clock) == Tally(delivered=1)
    clock.advance(timedelta(days=1))
    assert tell.deliver_due(clock) == Tally()
    notice.refresh_from_db()
    assert (notice.delivered_at, notice.due_at, notice.attempts) == (START + SETTLE, None, 1)
    assert len(mails.messages) == 1


@pytest.mark.slow
def test_mail_that_is_down_for_a_day_loses_nothing_and_doubles_nothing(
    db: None, mails: MailReceiver, clock: Clock
) -> None:
    mails.stop()
    notices = [announce(open_incident(f"AKIA{n}"), clock)[0] for n in range(3)]
    while clock() < START + timedelta(days=1):
        tell.deliver_due(clock)
        clock.advance(timedelta(minutes=10))
    first = IncidentNotice.objects.get(pk=notices[0].pk)
    assert 24 < first.attempts < 60
    assert "refused" in first.last_error
    mails.start()
    clock.advance(timedelta(hours=1))
    assert tell.deliver_due(clock) == Tally(delivered=3)
    assert tell.deliver_due(clock) == Tally()
    assert len({mail["Message-ID"] for mail in mails.messages}) == len(mails.messages) == 3
    assert IncidentNotice.objects.get(pk=notices[0].pk).last_error == ""


def test_a_failure_is_tried_again_after_a_while_that_grows(db: None, mails: MailReceiver, clock: Clock) -> None:
    mails.refusal = "451 Try again later"
    (notice,) = announce(open_incident(), clock)
    waits = []
    for _attempt in range(4):
        assert tell.deliver_due(clock) == Tally(failed=1)
        notice.refresh_from_db()
        assert notice.due_at is not None
        waits.append((notice.due_at - clock()).total_seconds())
        clock.now = notice.due_at
    assert waits == [30, 60, 120, 240]


def test_a_notice_is_given_up_after_a_week_and_says_why(db: None, mails: MailReceiver, clock: Clock) -> None:
    mails.refusal = "451 Try again later"
    (notice,) = announce(open_incident(), clock)
    clock.now = START + GIVE_UP_AFTER
    assert tell.deliver_due(clock) == Tally(given_up=1)
    notice.refresh_from_db()
    assert (notice.given_up_at, notice.due_at) == (clock(), None)
    assert "Try again later" in notice.last_error
    assert tell.deliver_due(clock) == Tally()


def test_a_channel_that_is_no_longer_configured_is_given_up_and_says_so(
    db: None, mails: MailReceiver, webhook: WebhookReceiver, settings: Settings, clock: Clock
) -> None:
    announce(open_incident(), clock)
    settings.ALERT_URLS = []
    assert tell.deliver_due(clock) == Tally(delivered=1, given_up=1)
    assert IncidentNotice.objects.get(given_up_at__isnull=False).last_error == outbox.NO_LONGER_CONFIGURED


def test_what_was_given_up_was_not_told(db: None, mails: MailReceiver, settings: Settings, clock: Clock) -> None:
    incident = open_incident()
    announce(incident, clock)
    IncidentNotice.objects.claim(clock(), limit=1, lease=outbox.LEASE)
    settings.ALERT_MAILS = []
    clock.advance(outbox.LEASE)
    assert tell.deliver_due(clock) == Tally(given_up=1)


def test_whoever_dies_between_delivery_and_mark_repeats_under_the_same_key(
    db: None, mails: MailReceiver, webhook: WebhookReceiver, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_args: object) -> str:
        raise KeyboardInterrupt

    announce(open_incident(), clock)
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "mark", die)
        with pytest.raises(KeyboardInterrupt):
            tell.deliver_due(clock)
    wait_until(lambda: len(mails.messages) == len(webhook.calls) == 1)
    assert tell.deliver_due(clock) == Tally(), "the dead one's lease still runs"
    clock.advance(outbox.LEASE)
    assert tell.deliver_due(clock) == Tally(delivered=2)
    assert len(mails.messages) == len(webhook.calls) == 2
    assert len({mail["Message-ID"] for mail in mails.messages}) == 1
    assert len({call.json["message"].splitlines()[-1] for call in webhook.calls}) == 1


def test_whoever_comes_back_too_late_does_not_overwrite_what_another_did(
    db: None, mails: MailReceiver, clock: Clock
) -> None:
    announce(open_incident(), clock)
    lease = IncidentNotice.objects.claim(clock(), limit=1, lease=outbox.LEASE)
    late = IncidentNotice.objects.get(lease_id=lease)
    clock.advance(outbox.LEASE)
    assert tell.deliver_due(clock) == Tally(delivered=1)
    assert outbox.mark(late, "too late", clock()) == "lost"
    assert IncidentNotice.objects.get().last_error == ""


def test_a_channel_that_fails_keeps_nobody_else_waiting(
    db: None, mails: MailReceiver, webhook: WebhookReceiver, clock: Clock
) -> None:
    webhook.status = 500
    for n in range(3):
        announce(open_incident(f"AKIA{n}"), clock)
    assert tell.deliver_due(clock, limit=1) == Tally(delivered=1, failed=1)
    assert tell.deliver_due(clock, limit=5) == Tally(delivered=2, failed=2)


def test_a_channel_that_hangs_keeps_nobody_else_waiting(
    db: None, mails: MailReceiver, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_rounds_after(1, monkeypatch)
    for bound in ("TIMEOUT_SECONDS", "TOTAL_TIMEOUT_SECONDS"):
        monkeypatch.setattr(apprise, bound, 2 * TIMEOUT_SECONDS)
    with silence() as port:
        settings.ALERT_URLS = [f"json://127.0.0.1:{port}/hook"]
        for n in range(3):
            announce(open_incident(f"AKIA{n}"), clock)
        assert tell.deliver_due(clock) == Tally(delivered=3, failed=1)
    stuck = IncidentNotice.objects.exclude(channel="mail")
    assert list(stuck.order_by("pk").values_list("attempts", "last_error")) == [
        (1, outbox.NO_ANSWER), (0, ""), (0, ""),
    ]  # fmt: skip
    assert stuck.due(clock()).count() == 2, "what was not tried is free at once"


def test_what_a_channel_has_no_time_for_waits_for_the_next_round(
    db: None, webhook: WebhookReceiver, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "monotonic", lambda: len(webhook.calls) * outbox.BEGIN_SECONDS)  # a call takes as long
    announce(open_incident("AKIA1"), clock)
    announce(open_incident("AKIA2"), clock)
    assert tell.deliver_due(clock) == Tally(delivered=1)
    assert tell.deliver_due(clock) == Tally(delivered=1)
    assert len(webhook.calls) == 2


@pytest.mark.parametrize("status", [429, 503])
def test_a_channel_that_asks_to_be_left_alone_is_left_alone(
    db: None, mails: MailReceiver, webhook: WebhookReceiver, clock: Clock, status: int
) -> None:
    webhook.status, webhook.retry_after = status, "600"
    for n in range(3):
        announce(open_incident(f"AKIA{n}"), clock)
    assert tell.deliver_due(clock) == Tally(delivered=3, failed=1)
    clock.advance(timedelta(seconds=500))
    announce(open_incident("AKIA3"), clock)
    assert tell.deliver_due(clock) == Tally(delivered=1)
    assert len(webhook.calls) == 1
    assert not IncidentNotice.objects.undelivered().due(clock()).exists(), "nothing is late meanwhile"
    webhook.status = 200
    clock.advance(timedelta(seconds=100))
    assert tell.deliver_due(clock) == Tally(delivered=4)
    attempts = IncidentNotice.objects.exclude(channel="mail").order_by("pk").values_list("attempts", flat=True)
    assert list(attempts) == [2, 1, 1, 1]


def test_an_end_is_never_told_before_its_beginning(db: None, mails: MailReceiver, clock: Clock) -> None:
    incident = open_incident()
    announce(incident, clock)
    IncidentNotice.objects.claim(clock(), limit=1, lease=outbox.LEASE)
    announce(incident, clock, NoticeKind.RESOLVED)
    assert tell.deliver_due(clock) == Tally(), "the opening is still under way"
    clock.advance(outbox.LEASE)
    assert tell.deliver_due(clock) == Tally(delivered=1)
    assert tell.deliver_due(clock) == Tally(delivered=1)
    assert "Resolved" not in mails.messages[0]["Subject"]
    assert "Resolved" in mails.messages[1]["Subject"]


def test_a_token_is_never_kept_as_an_error(db: None, settings: Settings, clock: Clock) -> None:
    with closed_port() as port:
        settings.ALERT_URLS = [f"json://{TOKEN}.localhost:{port}/{TOKEN}", f"slack://{TOKEN}"]
        announce(open_incident(), clock)
        assert tell.deliver_due(clock) == Tally(failed=2)
    kept = str(list(IncidentNotice.objects.values()))
    assert "Connection error" in kept
    assert "ALERT_URLS" in kept
    assert TOKEN not in kept


def test_a_round_is_a_sign_of_life(db: None, clock: Clock) -> None:
    tell.deliver_due(clock)
    assert Heartbeat.last(DELIVER) == clock()


def test_two_workers_at_once_deliver_everything_once(
    transactional_db: None, mails: MailReceiver, webhook: WebhookReceiver, clock: Clock, settings: Settings
) -> None:
    settings.ALERTS_PER_HOUR = 100
    for n in range(15):
        announce(open_incident(f"AKIA{n}"), clock)
    tallies: list[Tally] = []
    _at_once(3, lambda: tallies.append(tell.deliver_due(clock)))
    assert sum(tally.delivered for tally in tallies) == 30
    assert len({mail["Message-ID"] for mail in mails.messages}) == len(mails.messages) == 15
    assert len({call.json["message"] for call in webhook.calls}) == len(webhook.calls) == 15


# Reminders ------------------------------------------------------------------------------------------------------


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
    db: None, mails: MailReceiver, webhook: WebhookReceiver, settings: Settings, clock: Clock
) -> None:
    urls, settings.ALERT_URLS = settings.ALERT_URLS, []
    announce(open_incident(), clock)
    tell.deliver_due(clock)
    settings.ALERT_URLS = urls
    clock.advance(REMINDER_EVERY)
    assert tell.remind(clock()) == 2
    waiting = dict(IncidentNotice.objects.undelivered().values_list("channel", "kind"))
    assert waiting == {"mail": NoticeKind.REMINDER, channel_of(urls[0]): NoticeKind.OPENED}


def test_two_reminders_at_once_are_one(transactional_db: None, mails: MailReceiver, clock: Clock) -> None:
    for n in range(5):
        open_incident(f"AKIA{n}")
    clock.advance(REMINDER_EVERY)
    made: list[int] = []
    _at_once(3, lambda: made.append(tell.remind(clock())))
    assert sum(made) == IncidentNotice.objects.count() == 5


def _at_once(count: int, work: Callable[[], object]) -> None:
    start = Barrier(count)

    def run() -> None:
        start.wait()
        try:
            work()
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


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


def test_a_longer_wait_that_a_channel_asked_for_is_not_cut_short(
    db: None, webhook: WebhookReceiver, clock: Clock
) -> None:
    route = outbox.Route(IncidentNotice.objects.all(), IncidentNotice.objects.all(), lambda *_: None, "a channel")
    route.hold(timedelta(hours=1), clock())
    route.hold(timedelta(seconds=5), clock())
    clock.advance(timedelta(minutes=30))
    assert route.is_held(clock())
