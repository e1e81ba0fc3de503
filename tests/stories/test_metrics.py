"""Two web processes and one that works, on one database: whoever is asked tells the counts of all."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from prometheus_client.parser import text_string_to_metric_families

from config.processes.ports import HOST, free_port
from tests.management.running import ROOT
from tests.waiting import wait_until

TOKEN = "a-token-of-the-story"
WORK = """
import django; django.setup()
from links.domain.monitoring.metrics import VALIDATIONS
from links.services.monitoring import counting
counting.count(VALIDATIONS, "healthy"); counting.stop()
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "x" * 50,
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'site.sqlite3'}",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "METRICS_TOKEN": TOKEN,
    }


@pytest.fixture
def address(environment: dict[str, str], tmp_path: Path) -> Iterator[str]:
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=environment, check=True)
    port = free_port()
    environment["BASE_URL"] = f"http://{HOST}:{port}"
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "config.wsgi:application", "--host", HOST]
    with (tmp_path / "log").open("wb") as log:
        web = subprocess.Popen(
            [*command, "--port", str(port), "--workers", "2"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    try:
        wait_until(lambda: ask(f"{environment['BASE_URL']}/healthz")[0] == 200, (tmp_path / "log").read_text)
        yield environment["BASE_URL"]
    finally:
        web.terminate()
        web.wait(20)


def ask(url: str) -> tuple[int, str]:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {TOKEN}", "Host": "10.1.2.3"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        error.close()
        return error.code, ""
    except OSError:
        return 0, ""


def read(address: str) -> dict[str, float]:
    families = text_string_to_metric_families(ask(f"{address}/metrics")[1])
    return {sample.name + "".join(sample.labels.values()): sample.value for one in families for sample in one.samples}


@pytest.mark.slow
def test_whoever_is_asked_tells_the_counts_of_all_processes(address: str, environment: dict[str, str]) -> None:
    for number in range(30):
        urllib.request.urlopen(f"{address}/healthz").close()
        with pytest.raises(urllib.error.HTTPError) as error:
            urllib.request.urlopen(f"{address}/s/{'n' * 42}{number % 10}")
        error.value.close()
    subprocess.run([sys.executable, "-c", WORK], cwd=ROOT, env=environment, check=True)
    wait_until(lambda: read(address).get("holdfast_clicks_totalunknown") == 30, lambda: str(read(address)), every=0.5)
    for _ in range(8):  # whichever of the two web processes answers
        found = read(address)
        assert (found["holdfast_clicks_totalunknown"], found["holdfast_click_seconds_count"]) == (30, 30)
        assert found["holdfast_validations_totalhealthy"] == 1
