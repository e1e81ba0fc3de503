from collections.abc import Iterator

import pytest
from django.db import OperationalError

from links.domain.findings import Verdict
from links.domain.monitoring.metrics import CLICKS, PROBE_TIMES, SUM, VALIDATIONS
from links.domain.visits.access import Outcome
from links.models import MetricValue
from links.services.monitoring import counting
from links.services.monitoring.counting import count, keep, observe
from links.services.validation.batches import validate_due_links
from links.services.visits.clicks import follow
from tests.fixtures import World, token_of
from tests.site_settings import SiteSettings

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(site_settings: SiteSettings) -> Iterator[None]:
    site_settings.METRICS_TOKEN = "a-token-of-the-tests"
    yield
    counting.stop()


def read() -> dict[tuple[str, str], float]:
    return {(one.metric, one.label): one.value for one in MetricValue.objects.all()}


def test_what_is_counted_is_added_to_what_others_have_counted(counted: None) -> None:
    MetricValue.add({(CLICKS.name, "served"): 40})
    count(CLICKS, Outcome.SERVED)
    count(CLICKS, Outcome.SERVED)
    observe(PROBE_TIMES, 0.04)
    observe(PROBE_TIMES, 99)
    assert read() == {(CLICKS.name, "served"): 40}  # nothing is written before its time
    keep()
    keep()
    assert read() == {
        (CLICKS.name, "served"): 42,
        (PROBE_TIMES.name, "0.05"): 1,
        (PROBE_TIMES.name, "+Inf"): 1,
        (PROBE_TIMES.name, SUM): 99.04,
    }


def test_no_label_is_taken_that_was_not_named_before(counted: None) -> None:
    count(CLICKS, "https://bucket.example/secret?X-Amz-Signature=canary")
    keep()
    assert read() == {}


def test_nothing_is_counted_for_a_site_that_nobody_asks_for_metrics(site_settings: SiteSettings) -> None:
    site_settings.METRICS_TOKEN = ""
    count(VALIDATIONS, Verdict.HEALTHY)
    observe(PROBE_TIMES, 1)
    keep()
    assert read() == {}


def test_counts_that_could_not_be_written_are_written_the_next_time(
    counted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_counts: object) -> None:
        raise OperationalError

    count(VALIDATIONS, Verdict.HEALTHY)
    with monkeypatch.context() as patch:
        patch.setattr(MetricValue, "add", fail)
        keep()
    count(VALIDATIONS, Verdict.HEALTHY)
    keep()
    assert read() == {(VALIDATIONS.name, "healthy"): 2}


def test_a_click_and_a_validation_are_counted_by_what_came_of_them(counted: None, world: World) -> None:
    new_link = world.create_link()
    follow(token_of(new_link.url), now=world.clock())
    assert len(validate_due_links(world.clock)) == 1
    keep()
    found = read()
    assert (found[CLICKS.name, "served"], found[VALIDATIONS.name, "healthy"]) == (1, 1)
    assert found[PROBE_TIMES.name, SUM] >= 0
