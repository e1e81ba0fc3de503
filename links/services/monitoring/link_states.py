"""How many links there are in each state, counted now and then for those who watch the site."""

from datetime import datetime

from django.db.models import Count

from links.domain.link_state import LinkState
from links.domain.monitoring.metrics import LINKS
from links.models import MetricValue, ShareLink
from links.queries.link_state import state_of
from links.services.monitoring.counting import is_on


def count_links(now: datetime) -> int:
    """Read every link once (a second for a million) and write down how many are in each state. Where nobody may ask for
    metrics nothing is read. How many links there are."""
    if not is_on():
        return 0
    found = ShareLink.objects.annotate(state=state_of(now)).values_list("state").annotate(found=Count("pk")).order_by()
    counts = {state.value: 0.0 for state in LinkState} | dict(found)
    MetricValue.replace(LINKS, counts)
    return int(sum(counts.values()))
