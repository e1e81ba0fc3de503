"""What is written down of visits. No stranger makes as many rows as they like: what is not bounded by the download, or
the hash, that it takes is merged."""

from datetime import datetime

from django.db.models import F, Subquery

from links.domain.visits.access import AN_HOUR, Outcome, limit_rows
from links.domain.visits.throttling import name_network
from links.models import Visit
from links.services import throttle
from links.services.addresses import keep_address
from links.services.throttle import Key


def record_visit(link: int, outcome: Outcome, address: str, browser: str, now: datetime) -> None:
    """Write down a visit to the link with this number, or count it in with the latest of its kind."""
    limit = limit_rows(outcome)
    key = Key("noted", (link, outcome.value, name_network(address)))
    if limit is None or throttle.take(key, limit, now):
        kept = keep_address(address)
        Visit.objects.create(link_id=link, at=now, outcome=outcome.value, address=kept, browser=browser[:40])
        return
    alike = Visit.objects.filter(link=link, outcome=outcome.value, at__gt=now - AN_HOUR).order_by("-at", "-pk")
    Visit.objects.filter(pk=Subquery(alike.values("pk")[:1])).update(times=F("times") + 1)
