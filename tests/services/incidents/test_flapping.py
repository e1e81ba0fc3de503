"""A cause that comes and goes: at most three messages a day, and the last one says how it is now."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from links.domain.findings import Code, Finding, Verdict
from links.domain.incidents import MAX_A_DAY, SETTLE, NoticeKind
from links.domain.judging.verdicts import Judgement
from links.models import Incident, IncidentNotice, ShareLink
from links.services.incidents import incidents, notices
from tests.fake_receivers import MailReceiver
from tests.site_settings import SiteSettings

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
A_MINUTE, AN_HOUR, A_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BROKEN = Judgement(Verdict.BROKEN, (Finding(Code.OBJECT_MISSING, Verdict.BROKEN, None, {"bucket": "files"}),))
HEALTHY = Judgement(Verdict.HEALTHY)
AGAIN = {NoticeKind.OPENED, NoticeKind.FLAPPING, NoticeKind.REMINDER}


class Flapping:
    """One link, time, and all that is told."""

    def __init__(self) -> None:
        self.now = START
        until = START + timedelta(days=90)
        self.link = ShareLink.objects.create(
            delivery="stable", asked_until=until, promised_until=until, created_at=START, host="store"
        )

    def find(self, judgement: Judgement) -> None:
        with transaction.atomic():
            incidents.update_incidents([(self.link, judgement)], self.now)

    def wait(self, time: timedelta, *, looks: int = 2) -> None:
        for _ in range(looks):
            self.now += time / looks
            notices.remind(self.now)
            if IncidentNotice.objects.undelivered().filter(due_at__lte=self.now).exists():
                notices.deliver_due(lambda: self.now)

    def told(self) -> list[tuple[datetime, NoticeKind]]:
        told = IncidentNotice.objects.order_by("delivered_at", "pk").values_list("delivered_at", "kind")
        return [(at, NoticeKind(kind)) for at, kind in told if at is not None]

    def last_word(self) -> NoticeKind:
        return self.told()[-1][1]


@pytest.fixture
def flapping(db: None, mails: MailReceiver, site_settings: SiteSettings) -> Flapping:
    site_settings.ALERTS_PER_HOUR = 1_000
    return Flapping()


def count_busiest_day(told: list[tuple[datetime, NoticeKind]]) -> int:
    return max(sum(at <= other < at + A_DAY for other, _ in told) for at, _ in told)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("here", "away", "ends_well"),
    [
        pytest.param(A_MINUTE, A_MINUTE, True, id="each minute, ending well"),
        pytest.param(20 * A_MINUTE, 40 * A_MINUTE, False, id="each hour, ending broken"),
        pytest.param(2 * A_MINUTE, 6 * AN_HOUR, True, id="each six hours, ending well"),
    ],
)
def test_however_often_it_flaps_there_are_three_messages_a_day_and_the_last_is_true(
    flapping: Flapping, here: timedelta, away: timedelta, ends_well: bool
) -> None:
    for _ in range(50):
        flapping.find(BROKEN)
        flapping.wait(here)
        flapping.find(HEALTHY)
        flapping.wait(away)
    if not ends_well:
        flapping.find(BROKEN)
    flapping.wait(A_DAY + AN_HOUR, looks=100)
    assert count_busiest_day(flapping.told()) <= MAX_A_DAY
    assert Incident.objects.open().exists() is not ends_well
    assert (flapping.last_word() is NoticeKind.RESOLVED) is ends_well
    assert ends_well or flapping.last_word() in AGAIN


@pytest.mark.slow
@pytest.mark.parametrize("ends_well", [True, False])
def test_what_flapped_quickly_is_told_within_an_hour_of_its_last_change(flapping: Flapping, ends_well: bool) -> None:
    for _ in range(20):
        flapping.find(BROKEN)
        flapping.wait(A_MINUTE)
        flapping.find(HEALTHY)
        flapping.wait(A_MINUTE)
    if not ends_well:
        flapping.find(BROKEN)
    flapping.wait(AN_HOUR + 2 * A_MINUTE, looks=62)
    last = NoticeKind.RESOLVED if ends_well else NoticeKind.REMINDER
    assert [kind for _, kind in flapping.told()] == [NoticeKind.OPENED, NoticeKind.FLAPPING, last]


def test_nobody_believes_that_it_is_over_once_it_is_back_however_much_was_told(flapping: Flapping) -> None:
    for _ in range(20):
        flapping.find(BROKEN)
        flapping.wait(A_MINUTE)
        flapping.find(HEALTHY)
        flapping.wait(A_MINUTE)
    flapping.wait(AN_HOUR + 2 * A_MINUTE, looks=62)
    assert len(flapping.told()) == MAX_A_DAY
    assert flapping.last_word() is NoticeKind.RESOLVED
    flapping.find(BROKEN)
    flapping.wait(A_MINUTE)
    assert flapping.last_word() is NoticeKind.FLAPPING
    flapping.find(HEALTHY)
    flapping.wait(12 * AN_HOUR, looks=100)
    assert len(flapping.told()) == MAX_A_DAY + 1, "its end waits now"
    flapping.wait(12 * AN_HOUR, looks=100)
    assert flapping.last_word() is NoticeKind.RESOLVED


def test_a_cause_that_comes_back_after_its_end_was_told_is_told_at_once_each_time(flapping: Flapping) -> None:
    for _ in range(4):
        flapping.find(BROKEN)
        flapping.wait(2 * SETTLE)
        assert flapping.last_word() is not NoticeKind.RESOLVED
        flapping.find(HEALTHY)
        flapping.wait(A_DAY)
        assert flapping.last_word() is NoticeKind.RESOLVED


def test_good_news_is_told_once_it_has_lasted(flapping: Flapping) -> None:
    flapping.find(BROKEN)
    flapping.wait(A_MINUTE)
    flapping.find(HEALTHY)
    flapping.wait(4 * A_MINUTE)
    assert flapping.last_word() is NoticeKind.OPENED
    flapping.wait(2 * A_MINUTE)
    assert flapping.last_word() is NoticeKind.RESOLVED
