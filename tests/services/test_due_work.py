"""What is due is found and done without being asked for."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail

from links.domain.events.kinds import EventKind
from links.domain.link_mails import LinkMailKind
from links.models import AuditRecord, Bucket, Heartbeat, IncidentNotice, LinkMail, ShareLink, SigningKey
from links.queries.health import VALIDATE
from links.services.audit.chaining import chain_records
from links.services.due_work import JOBS, do_job, is_overdue
from links.services.mail import link_mails
from links.services.webhooks import events
from tests.fake_receivers import WebhookReceiver
from tests.fixtures import World
from tests.services.webhooks.hearing import add_webhook
from tests.site_settings import SiteSettings

NOT_OF_ROWS = ("rows with a wrong time mended", "links validated")


@pytest.fixture
def calm(world: World) -> World:
    """A link for which nothing is due."""
    world.create_link(owner=User.objects.create_user("mika", "mika@example.com"))
    later = world.clock() + timedelta(hours=1)
    ShareLink.objects.update(due_at=later)
    SigningKey.objects.update(check_due_at=later)
    Bucket.objects.update(configuration_at=world.clock())
    Heartbeat.record(VALIDATE, world.clock())
    chain_records()
    return world


def test_nothing_is_overdue_where_all_rows_wait_for_their_time(calm: World) -> None:
    assert not is_overdue(calm.clock())


@pytest.mark.parametrize(
    ("kind", "seconds"),
    [
        *(("link", 20), ("notice", 20), ("message to a webhook", 20)),
        *(("reminder", 120), ("key", 120), ("bucket", 120), ("mail about a link", 120)),
    ],
)
def test_what_waited_for_two_ticks_is_overdue(
    calm: World, kind: str, seconds: int, site_settings: SiteSettings
) -> None:
    now = calm.clock()
    link = ShareLink.objects.select_related("owner").get()
    match kind:
        case "link":
            ShareLink.objects.update(due_at=now)
        case "reminder":
            ShareLink.objects.update(remind_at=now)
        case "key":
            SigningKey.objects.update(check_due_at=now)
        case "bucket":
            Bucket.objects.update(configuration_at=None, created_at=now)
        case "mail about a link":
            link_mails.write_to_owner(link, LinkMailKind.ENDING, now)
        case "message to a webhook":
            add_webhook(9)
            events.tell_revoked([link.pk], now)
        case "notice":
            site_settings.ALERT_MAILS = ["ops@example.com"]
            calm.store.delete("report.pdf")
            calm.validate()
            ShareLink.objects.update(due_at=now + timedelta(days=1))
            IncidentNotice.objects.update(due_at=now)
    for since_then, expected in ((seconds - 1, False), (seconds + 1, True)):
        Heartbeat.record(VALIDATE, now + timedelta(seconds=since_then))
        assert is_overdue(now + timedelta(seconds=since_then)) is expected


@pytest.mark.parametrize("since", [timedelta(minutes=2), timedelta(days=-1)])
def test_work_is_overdue_where_nobody_looked_of_late(calm: World, since: timedelta) -> None:
    Heartbeat.record(VALIDATE, calm.clock() - since)
    assert is_overdue(calm.clock())


def test_a_row_from_the_future_is_mended_without_beat(calm: World) -> None:
    ShareLink.objects.update(due_at=calm.clock() + timedelta(days=300))
    assert [do_job(name, calm.clock) for name in JOBS[:2]] == [1, 1]


def test_each_job_sees_to_what_it_is_named_for(
    calm: World, site_settings: SiteSettings, receiver: WebhookReceiver
) -> None:
    site_settings.ALERT_MAILS = ["ops@example.com"]
    add_webhook(receiver, EventKind.LINK_BROKEN)
    now = calm.clock()
    ShareLink.objects.update(due_at=now, remind_at=now)
    SigningKey.objects.update(check_due_at=now)
    Bucket.objects.update(configuration_at=None)
    calm.store.delete("report.pdf")
    assert do_job("links validated", calm.clock) == 1
    IncidentNotice.objects.update(due_at=now)
    AuditRecord.objects.create(at=now, place_digest=b"", personal_digest=b"")
    others = [name for name in JOBS if name not in NOT_OF_ROWS]
    unchained = AuditRecord.objects.filter(number=None).count()  # also that of the webhook, where no commit chained it
    assert {name: do_job(name, calm.clock) for name in others} == {
        **dict.fromkeys(others, 1),
        "audit records chained": unchained,
    }
    assert len(mail.outbox) == 2


def test_a_job_that_fails_keeps_no_other_from_being_done(calm: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("links.services.links.reminders.remind_of_endings", None)
    link_mails.write_to_owner(ShareLink.objects.select_related("owner").get(), LinkMailKind.ENDING, calm.clock())
    assert sum(do_job(name, calm.clock) for name in JOBS) == 1
    assert LinkMail.objects.get().delivered_at
