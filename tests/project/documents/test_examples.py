"""Examples that pages tell to copy are taken: settings are read, and steps of CI run as they stand."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from links.conf import Setting, Site, env
from tests.management.running import Runner
from tests.project.documents.markdown import DOCS, DOCUMENTS, ROOT, find_blocks, name

LINE = re.compile(r"^    ([A-Z][A-Z0-9_]+)=(.+)$", re.MULTILINE)
SCAN = (DOCS / "scan-urls.md").read_text(encoding="utf-8")
DEAD = (
    "https://files.s3.eu-central-1.amazonaws.com/a.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
    "AKIAIOSFODNN7EXAMPLE%2F20260101%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Date=20260101T000000Z"
    f"&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature={'0' * 64}"
)
# Not settings of the site: what a test, or a shell of the reader's, is told.
OTHERS = {"TEST_DATABASE"}


def find_examples() -> list[tuple[str, str, str]]:
    """Document, name and value of each setting that a document shows as it stands in an environment."""
    return [
        (name(path), setting, value)
        for path in DOCUMENTS
        for setting, value in LINE.findall(path.read_text(encoding="utf-8"))
        if setting not in OTHERS
    ]


@pytest.mark.parametrize(("document", "setting", "value"), find_examples())
def test_a_setting_that_is_shown_exists_and_is_read(document: str, setting: str, value: str) -> None:
    known = setting.removesuffix("_FILE")
    held = vars(Site).get(known)
    assert isinstance(held, Setting) or known in env.find_names(ROOT / "config" / "settings.py")
    if isinstance(held, Setting) and setting == known:
        held._read(setting, value)


def read_steps() -> list[str]:
    """What the workflow runs, without the programs' own places."""
    (workflow, *_) = (block.code for block in find_blocks(SCAN, "yaml"))
    steps = yaml.safe_load(workflow)["jobs"]["signed-urls"]["steps"]
    return [step["run"] for step in steps if "run" in step]


def test_the_workflow_installs_what_is_locked() -> None:
    install, _ = read_steps()
    assert install == "pip install --require-hashes -r .holdfast/requirements.txt"
    locked = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert all("--hash=sha256:" in locked.partition(line)[2] for line in re.findall(r"^\S+==\S+", locked, re.MULTILINE))


@pytest.mark.django_db(transaction=True)
def test_the_workflow_fails_where_there_is_a_dead_url_and_writes_sarif(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, scan = read_steps()
    words = shlex.split(scan.partition(" > ")[0])
    assert words[:2] == ["python", ".holdfast/manage.py"]
    for folder in ("src", "docs"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path)
    run = Runner(capsys, monkeypatch)
    assert run(*words[2:]).code == 0
    (tmp_path / "src" / "mail.txt").write_text(DEAD)
    ran = run(*words[2:])
    assert ran.code == 1
    assert '"version": "2.1.0"' in ran.out


def test_the_local_hook_runs_the_command_with_files() -> None:
    *_, hook = (block.code for block in find_blocks(SCAN, "yaml"))
    entry = yaml.safe_load(hook)["repos"][0]["hooks"][0]["entry"]
    assert shlex.split(entry)[1:] == ["/srv/holdfast/manage.py", "scan_urls"]
