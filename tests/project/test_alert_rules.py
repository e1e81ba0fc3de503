"""Alert rules and the dashboard: that Prometheus takes them, and that they ask for what there is."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from links.models import MetricValue
from links.queries.monitoring.exposition import write_metrics

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = DEPLOY / "prometheus" / "holdfast.rules.yml"
TESTS = DEPLOY / "prometheus" / "holdfast.rules.test.yml"
DASHBOARD = DEPLOY / "grafana" / "holdfast.json"
_NAME = re.compile(r"\bholdfast_[a-z_]+")


@pytest.fixture
def promtool() -> str:
    found = shutil.which("promtool")
    if not found and os.environ.get("CI"):
        pytest.fail("There is no promtool. On Debian: apt install prometheus")
    return found or pytest.skip("There is no promtool here (Debian's package prometheus).")


@pytest.mark.parametrize("arguments", [("check", RULES), ("test", TESTS)], ids=["check", "test"])
def test_prometheus_takes_the_rules_and_each_fires_when_it_should(promtool: str, arguments: tuple[str, Path]) -> None:
    what, file = arguments
    done = subprocess.run([promtool, what, "rules", str(file)], check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_rule_has_a_test_in_which_it_fires() -> None:
    rules = set(re.findall(r"alert: (\w+)", RULES.read_text()))
    assert len(rules) > 5
    assert set(re.findall(r"alertname: (\w+)\n +exp_alerts:\n", TESTS.read_text())) == rules


@pytest.mark.django_db
@pytest.mark.parametrize("file", [RULES, TESTS, DASHBOARD], ids=lambda file: file.name)
def test_every_metric_that_is_asked_for_exists(file: Path) -> None:
    MetricValue.add({("holdfast_links", "broken"): 1})
    families = list(text_string_to_metric_families(write_metrics(timezone.now()).decode()))
    told = {sample.name for one in families for sample in one.samples} | {one.name for one in families}
    asked = set(_NAME.findall(file.read_text()))
    assert asked
    assert asked <= told


def test_the_dashboard_asks_one_source_of_the_readers_choice() -> None:
    panels = json.loads(DASHBOARD.read_text())["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert {panel["datasource"]["uid"] for panel in panels} == {"${source}"}
