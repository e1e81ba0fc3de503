from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import User
from django.db import connection

from links.domain.link_mails import LinkMailKind
from links.models import LinkMail, ShareLink
from links.services.links import reminders
from links.services.links.reminders import remind_of_endings
from tests.site_settings import SiteSettings

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)


def make(owner: User | None, remind_at: datetime | None = NOW, **fields: object) -> ShareLink:
    stated: dict[str, object] = {"asked_until": NOW + timedelta(days=3), "promised_until": NOW + timedelta(days=3)}
    return ShareLink.objects.create(
        delivery="stable", owner=owner, remind_at=remind_at, created_at=NOW, **{**stated, **fields}
    )


@pytest.fixture
def mika(db: None) -> User:
    return User.objects.create_user("mika", "mika@example.com")


def test_one_letter_is_written_when_the_reminder_is_due(mika: User) -> None:
    link = make(mika)
    make(mika, None)
    assert remind_of_endings(NOW - A_SECOND) == 0
    assert remind_of_endings(NOW) == 1
    assert remind_of_endings(NOW) == 0
    link_mail = LinkMail.objects.get()
    assert (link_mail.link, link_mail.kind, link_mail.to, link_mail.due_at) == (
        link,
        LinkMailKind.ENDING,
        mika.email,
        NOW,
    )


def test_nobody_is_reminded_of_what_has_ended(mika: User) -> None:
    make(mika, revoked_at=NOW)
    make(mika, rescued_by=make(mika, None))
    make(mika, promised_until=NOW)
    assert remind_of_endings(NOW) == 0
    assert not LinkMail.objects.exists()
    assert not ShareLink.objects.filter(remind_at__isnull=False).exists()


def test_a_link_without_an_owner_is_not_looked_at_again(db: None) -> None:
    make(None)
    assert remind_of_endings(NOW) == 0
    assert not ShareLink.objects.filter(remind_at__isnull=False).exists()


def test_without_an_owner_the_alert_addresses_are_reminded(db: None, site_settings: SiteSettings) -> None:
    site_settings.ALERT_MAILS = ["ops@example.com"]
    make(None)
    assert remind_of_endings(NOW) == 1
    assert LinkMail.objects.get().channel == "mail"


def test_a_reminder_that_was_moved_meanwhile_stays(mika: User) -> None:
    link = make(mika)
    ShareLink.objects.update(remind_at=NOW + timedelta(days=30))
    assert not reminders._remind(link, NOW)
    assert ShareLink.objects.get().remind_at == NOW + timedelta(days=30)


def test_a_tick_takes_no_more_than_a_batch(mika: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "BATCH_SIZE", 2)
    for hours in (1, 3, 2):
        make(mika, NOW - timedelta(hours=hours))
    assert [remind_of_endings(NOW) for _tick in range(3)] == [2, 1, 0]


def test_two_ticks_at_once_write_one_letter(transactional_db: None) -> None:
    make(User.objects.create_user("mika", "mika@example.com"))
    barrier, written = Barrier(2), []

    def tick() -> None:
        barrier.wait()
        written.append(remind_of_endings(NOW))
        connection.close()

    threads = [Thread(target=tick) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(written) == [0, 1]
    assert LinkMail.objects.count() == 1
