"""What lies in deploy/ is read by those who would read it, as far as that needs no container engine."""

import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.celery import app
from config.command import PARTS
from demo.servers import executable
from links import __version__
from links.conf import list_variables
from tools.smoke.site import fill_in

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text())
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
OUR_SERVICES = ("web", "worker", "beat")
OF_THE_COMMAND = {"ADMIN_USER", "ADMIN_PASSWORD"}


def known(name: str) -> bool:
    return name.removesuffix("_FILE") in {*list_variables(ROOT / "config" / "settings.py"), *OF_THE_COMMAND}


def find_longest_task() -> int:
    __import__("links.tasks")
    return max(task.time_limit or 0 for name, task in app.tasks.items() if name.startswith("links."))


def find(*kinds: str) -> list[dict[str, Any]]:
    documents = (document for path in MANIFESTS for document in yaml.safe_load_all(path.read_text()))
    return [document for document in documents if document["kind"] in kinds]


def test_the_image_is_what_a_linter_of_dockerfiles_accepts() -> None:
    linted = subprocess.run(
        [executable("hadolint"), str(DEPLOY / "Dockerfile")], capture_output=True, text=True, check=False
    )
    assert (linted.returncode, linted.stdout) == (0, "")


def test_the_image_is_built_from_wheel_and_lock_alone() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == ["*", "!dist/*.whl", "!requirements.txt"]
    copied = re.findall(r"^COPY (?!--from)(\S+)", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert copied == ["requirements.txt", "dist/*.whl"]


@pytest.mark.slow
@pytest.mark.parametrize("machine", ["x86_64-manylinux_2_28", "aarch64-manylinux_2_28"])
def test_everything_that_is_locked_comes_as_a_wheel_for_both_machines(machine: str, tmp_path: Path) -> None:
    """Needs the package index."""
    options = ["--only-binary", ":all:", "--require-hashes", "--python-version", "3.12", "--python-platform", machine]
    command = [executable("uv"), "pip", "install", "--dry-run", "--target", str(tmp_path), *options]
    done = subprocess.run([*command, "-r", str(ROOT / "requirements.txt")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


class TestCompose:
    def test_each_part_runs_a_command_that_there_is_without_a_right_that_it_does_not_need(self) -> None:
        for name in OUR_SERVICES:
            service = COMPOSE["services"][name]
            assert service["command"][:2] == [name, "--migrate"]
            assert name in PARTS
            assert service["read_only"] is True
            assert service["cap_drop"] == ["ALL"]

    def test_its_settings_are_settings(self) -> None:
        assert [name for name in COMPOSE["x-holdfast"]["environment"] if not known(name)] == []

    def test_each_secret_is_a_file_that_is_made(self, tmp_path: Path) -> None:
        shutil.copy(DEPLOY / "compose" / "make-secrets", tmp_path)
        for _time in range(2):
            subprocess.run([str(tmp_path / "make-secrets")], check=True, capture_output=True)
        made = {path.name: path for path in (tmp_path / "secrets").iterdir()}
        assert {f"secrets/{name}" for name in made} == {secret["file"] for secret in COMPOSE["secrets"].values()}
        assert {stat.S_IMODE(path.stat().st_mode) for path in made.values()} == {0o400}
        assert made["postgres_password"].read_text() in made["database_url"].read_text()
        for service in COMPOSE["services"].values():
            assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
        named = re.findall(r"/run/secrets/(\w+)", str(COMPOSE["services"]))
        assert set(named) <= set(COMPOSE["secrets"])

    def test_what_it_asks_for_stands_in_the_example(self) -> None:
        text = (DEPLOY / "compose" / "compose.yaml").read_text()
        example = dict(re.findall(r"^([A-Z_]+)=(.*)$", (DEPLOY / "compose" / ".env.example").read_text(), re.MULTILINE))
        assert set(re.findall(r"\$\{(\w+)", text)) == set(example)
        assert all(example[name] for name in re.findall(r"\$\{(\w+):\?", text))

    def test_a_worker_may_finish_its_longest_task(self) -> None:
        assert int(COMPOSE["services"]["worker"]["stop_grace_period"].removesuffix("s")) > find_longest_task()

    def test_its_defaults_are_read_as_compose_reads_them(self) -> None:
        assert fill_in("${A} ${B:-b} ${C:?say it}", {"A": "a", "C": "c"}) == "a b c"


class TestSystemd:
    @pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
    def test_its_units_are_what_systemd_accepts(self, tmp_path: Path) -> None:
        for path in (DEPLOY / "systemd").glob("holdfast*"):
            unit = path.read_text().replace("/opt/holdfast/bin/holdfast", "/bin/true")  # it looks for the program
            (tmp_path / path.name).write_text(unit)
        units = [str(tmp_path / path.name) for path in UNITS]
        told = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
        )
        assert [line for line in told.stderr.splitlines() if "holdfast" in line] == []

    @pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
    def test_each_is_started_again_whatever_ended_it(self, unit: Path) -> None:
        assert "\nRestart=always\n" in unit.read_text()
        [part] = re.findall(r"^ExecStart=\S+ (\w+) --migrate", unit.read_text(), re.MULTILINE)
        assert part in PARTS

    def test_the_worker_may_finish_its_longest_task(self) -> None:
        [seconds] = re.findall(
            r"^TimeoutStopSec=(\d+)$", (DEPLOY / "systemd" / "holdfast-worker.service").read_text(), re.MULTILINE
        )
        assert int(seconds) > find_longest_task()

    def test_its_settings_are_settings(self) -> None:
        text = (DEPLOY / "systemd" / "settings.env.example").read_text()
        assert [name for name in re.findall(r"^([A-Z_]+)=", text, re.MULTILINE) if not known(name)] == []


class TestKubernetes:
    def test_its_manifests_fit_the_schemas(self) -> None:
        command = [executable("kubernetes-validate"), "--strict", *map(str, MANIFESTS)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def test_its_settings_are_settings(self) -> None:
        [settings] = [each["data"] for each in find("ConfigMap")]
        assert [name for name in settings if not known(name)] == []

    def test_no_pod_has_a_right_that_it_does_not_need(self) -> None:
        pods = [each["spec"]["template"]["spec"] for each in find("Deployment", "Job")]
        assert len(pods) == 4
        for pod in pods:
            [container] = pod["containers"]
            assert pod["securityContext"]["runAsNonRoot"] is True
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert container["args"][0] in {*PARTS, "migrate"}

    def test_a_worker_may_finish_its_longest_task(self) -> None:
        pods = {each["metadata"]["name"]: each["spec"]["template"]["spec"] for each in find("Deployment", "Job")}
        assert pods["holdfast-worker"]["terminationGracePeriodSeconds"] > find_longest_task()

    def test_web_and_worker_are_never_all_taken_away(self) -> None:
        budgets = [each["spec"] for each in find("PodDisruptionBudget")]
        guarded = {budget["selector"]["matchLabels"]["app.kubernetes.io/component"] for budget in budgets}
        assert guarded == {"web", "worker"}


def test_the_files_name_this_release() -> None:
    text = "".join(path.read_text() for path in [*MANIFESTS, DEPLOY / "compose" / ".env.example"])
    assert set(re.findall(r"holdfast:(\d[\w.]*)", text)) == {__version__}
