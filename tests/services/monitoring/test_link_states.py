from datetime import datetime

import pytest

from links.domain.monitoring.metrics import LINKS
from links.models import MetricValue, ShareLink
from links.services.monitoring.link_states import count_links
from tests.fixtures import World
from tests.site_settings import SiteSettings

pytestmark = pytest.mark.django_db


def test_links_are_counted_by_state(site_settings: SiteSettings, world: World, now: datetime) -> None:
    site_settings.METRICS_TOKEN = "a-token-of-the-tests"
    for _ in range(3):
        world.create_link()
    assert count_links(now) == 3
    ShareLink.objects.filter(pk=ShareLink.objects.order_by("pk")[0].pk).update(revoked_at=now)
    assert count_links(now) == 3
    found = dict(MetricValue.objects.filter(metric=LINKS).values_list("label", "value"))
    assert (found["new"], found["revoked"], found["broken"]) == (2, 1, 0)


def test_a_site_that_nobody_asks_for_metrics_counts_none(
    site_settings: SiteSettings, world: World, now: datetime
) -> None:
    site_settings.METRICS_TOKEN = ""
    world.create_link()
    assert count_links(now) == 0
    assert not MetricValue.objects.exists()
