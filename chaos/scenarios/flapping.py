"""A link comes and goes two hundred times, as often as the seed says, on a clock of the scenario's own."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction

from chaos.running_site import NotReached, RunningSite
from links.domain.findings import Code, Finding, Verdict
from links.domain.incidents import MAX_A_DAY
from links.domain.judging.verdicts import Judgement
from links.models import Incident, IncidentNotice, ShareLink
from links.services.incidents import incidents, notices
from tests.fake_receivers import send_mail_to

REACH = "at most 3 messages a day to a channel, and one more where an end that was told was none; the last is true"
FLAPS = 200
BROKEN = Judgement(Verdict.BROKEN, (Finding(Code.OBJECT_MISSING, Verdict.BROKEN, None, {"bucket": "files"}),))


def play(site: RunningSite) -> str:
    site.parts.stop()  # this clock is not theirs
    send_mail_to(settings, site.mails.port)
    most, truths, corrections = 0, [], 0
    for ends_well in (True, False):
        site.clean()
        told = _flap(site, datetime.now(UTC), ends_well=ends_well)
        for number, (at, kind) in enumerate(told, start=1):
            of_day = sum(other > at - timedelta(days=1) for other, _ in told[:number])
            # What is back after its end was told is said, whatever was said before.
            is_correction = of_day > MAX_A_DAY and kind != "resolved" and told[number - 2][1] == "resolved"
            corrections += is_correction
            most = max(most, of_day - is_correction)
        truths.append((told[-1][1] == "resolved") is ends_well)
    if most > MAX_A_DAY or not all(truths):
        raise NotReached(f"{most} messages in a day; the last word true: {truths}")
    site.clean()
    return (
        f"{site.scale(FLAPS)} flaps each way: at most {most} messages in any day, {corrections} times one more, the"
        f" last true: {truths}"
    )


def _flap(site: RunningSite, now: datetime, *, ends_well: bool) -> list[tuple[datetime, str]]:
    site.load(1)
    link = ShareLink.objects.select_related("bucket").get()
    ShareLink.objects.update(due_at=None)
    judgements = [BROKEN, Judgement(Verdict.HEALTHY)] * site.scale(FLAPS) + ([] if ends_well else [BROKEN])
    for judgement in judgements:
        with transaction.atomic():
            incidents.update_incidents([(link, judgement)], now)
        now = _pass(now, timedelta(minutes=site.rng.choice([1, 2, 5, 15, 45, 180])))
    for _ in range(50):
        now = _pass(now, timedelta(minutes=30))
    assert Incident.objects.open().exists() is not ends_well
    told = IncidentNotice.objects.filter(channel="mail", delivered_at__isnull=False).order_by("delivered_at", "pk")
    return [(at, kind) for at, kind in told.values_list("delivered_at", "kind") if at]


def _pass(now: datetime, time: timedelta) -> datetime:
    for _ in range(2):
        now += time / 2
        notices.remind(now)
        if IncidentNotice.objects.undelivered().filter(due_at__lte=now).exists():
            notices.deliver_due(lambda now=now: now)  # type: ignore[misc]
    return now
