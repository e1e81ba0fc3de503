"""A bad day of the demo: monitoring has stopped, 40 incidents are open, and names are as long as rows take.

`begin` and `end` run inside the demo, on its rows: to bring all this about by acts would take days.
"""

from datetime import datetime, timedelta
from uuid import uuid4

from django.utils import timezone

from links.domain.findings import Code, Finding, Verdict
from links.domain.viewers import OPERATOR
from links.models import Incident, IncidentLink, ShareLink, SigningKey
from links.services.links import time_requests
from links.services.people import customers

FLOOD = 40
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmütze" * 4
KEY = "/".join([LONG] * 4)


def begin(number: int, ended: int) -> dict[str, int]:
    """The link `number` is broken, and has everything that is long; `ended` is one that is over. Numbers of the rows by
    kind."""
    now = timezone.now()
    long_ago = now - timedelta(hours=1)
    customer = customers.save_if_new(customers.find_or_build(LONG, now, OPERATOR))
    incidents = [_open(code, place, now) for place, code in enumerate((*Code, *Code)[:FLOOD])]
    ShareLink.objects.filter(pk__in=[number, ended]).update(
        title=LONG,
        reference=LONG[:100],
        note=LONG * 3,
        filename=f"{LONG}.pdf",
        object_key=KEY,
        customer=customer,
        owner=1,
    )
    let_wait(number)
    IncidentLink.objects.create(incident=incidents[0], link_id=number, since=long_ago, verdict=Verdict.BROKEN)
    SigningKey.objects.filter(pk=1).update(label=LONG[:100])
    asked = time_requests.ask(ShareLink.objects.get(pk=ended), now, message=LONG * 2, mail=f"{LONG[:60]}@example.com")
    return {"link": number, "ended": ended, "incident": incidents[0].pk, "customer": customer.pk, "asked": asked.pk}


def let_wait(number: int) -> None:
    """The link is due, and leased for longer than the day: no worker sees to it, and every page says that work waits.
    A worker that was at it before may have recorded what it found."""
    now = timezone.now()
    ShareLink.objects.filter(pk=number).update(
        verdict=Verdict.BROKEN,
        findings=[_find(code, now).to_json() for code in (Code.OBJECT_MISSING, Code.KEY_UNKNOWN)],
        due_at=now - timedelta(hours=1),
        lease_id=uuid4(),
        leased_until=now + timedelta(days=1),
        claim_count=0,
    )


def end(number: int) -> None:
    """What every page says is over; links and customers stay as they are, which concerns no other page."""
    Incident.objects.filter(subject__startswith=LONG).delete()
    ShareLink.objects.filter(pk=number).update(leased_until=None, lease_id=None)
    SigningKey.objects.filter(pk=1).update(label="Demo key")


def _open(code: Code, place: int, now: datetime) -> Incident:
    moment = now - timedelta(hours=place)
    finding = _find(code, now)
    return Incident.objects.create(
        code=code.value,
        subject=f"{LONG}-{place}/{KEY}",
        params=dict(finding.params),
        verdict=finding.verdict.value,
        opened_at=moment,
        changed_at=moment,
        fails_at=finding.fails_at,
        link_count=place * 1000,
    )


def _find(code: Code, now: datetime) -> Finding:
    verdict = (Verdict.BROKEN, Verdict.AT_RISK)[len(code) % 2]
    return Finding(code, verdict, now + timedelta(days=len(code)), {"bucket": LONG, "host": f"{LONG}.example.com"})
