"""Notices delivered through a real SMTP server and a real webhook: at least once, and never lost."""

from datetime import timedelta

import pytest

from links.channels import apprise
from links.domain.incidents import SETTLE, NoticeKind
from links.lib.backoff import GIVE_UP_AFTER
from links.models import Heartbeat, IncidentNotice
from links.queries.health import DELIVER
from links.services.incidents import notices as tell
from links.services.mail import outbox
from links.services.mail.outbox import Tally
from tests.fake_receivers import MailReceiver, WebhookReceiver, closed_port, silence
from tests.services.incidents.notifying import START, TOKEN, Clock, announce, open_incident, run_at_once
from tests.services.mail.rounds import end_rounds_after
from tests.site_settings import SiteSettings
from tests.waiting import TIMEOUT_SECONDS, wait_until


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
    db: None, mails: MailReceiver, webhook: WebhookReceiver, site_settings: SiteSettings, clock: Clock
) -> None:
    announce(open_incident(), clock)
    site_settings.ALERT_URLS = []
    assert tell.deliver_due(clock) == Tally(delivered=1, given_up=1)
    assert IncidentNotice.objects.get(given_up_at__isnull=False).last_error == outbox.NO_LONGER_CONFIGURED


def test_what_was_given_up_was_not_told(
    db: None, mails: MailReceiver, site_settings: SiteSettings, clock: Clock
) -> None:
    incident = open_incident()
    announce(incident, clock)
    IncidentNotice.objects.claim(clock(), limit=1, lease=outbox.LEASE)
    site_settings.ALERT_MAILS = []
    clock.advance(outbox.LEASE)
    assert tell.deliver_due(clock) == Tally(given_up=1)


def test_whoever_dies_between_delivery_and_mark_repeats_under_the_same_key(
    db: None, mails: MailReceiver, webhook: WebhookReceiver, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_args: object, **_options: object) -> str:
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
    db: None, mails: MailReceiver, site_settings: SiteSettings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_rounds_after(1, monkeypatch)
    for bound in ("TIMEOUT_SECONDS", "TOTAL_TIMEOUT_SECONDS"):
        monkeypatch.setattr(apprise, bound, 2 * TIMEOUT_SECONDS)
    with silence() as port:
        site_settings.ALERT_URLS = [f"json://127.0.0.1:{port}/hook"]
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


def test_a_token_is_never_kept_as_an_error(db: None, site_settings: SiteSettings, clock: Clock) -> None:
    with closed_port() as port:
        site_settings.ALERT_URLS = [f"json://{TOKEN}.localhost:{port}/{TOKEN}", f"slack://{TOKEN}"]
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
    transactional_db: None, mails: MailReceiver, webhook: WebhookReceiver, clock: Clock, site_settings: SiteSettings
) -> None:
    site_settings.ALERTS_PER_HOUR = 100
    for n in range(15):
        announce(open_incident(f"AKIA{n}"), clock)
    tallies: list[Tally] = []
    run_at_once(3, lambda: tallies.append(tell.deliver_due(clock)))
    assert sum(tally.delivered for tally in tallies) == 30
    assert len({mail["Message-ID"] for mail in mails.messages}) == len(mails.messages) == 15
    assert len({call.json["message"] for call in webhook.calls}) == len(webhook.calls) == 15


def test_a_longer_wait_that_a_channel_asked_for_is_not_cut_short(
    db: None, webhook: WebhookReceiver, clock: Clock
) -> None:
    route = outbox.Route(IncidentNotice.objects.all(), IncidentNotice.objects.all(), lambda *_: None, "a channel")
    route.hold(timedelta(hours=1), clock())
    route.hold(timedelta(seconds=5), clock())
    clock.advance(timedelta(minutes=30))
    assert route.is_held(clock())
