import json
import subprocess
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft4Validator

from tests.management.running import ROOT, Runner, run_alone
from tests.management.test_check_url import SIGNATURE, TOKEN, sigv4

CALL = "s3.generate_presigned_url('get_object', {}, 864000)\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "healthy.txt").write_text(sigv4())
    (tmp_path / "early.log").write_text(f"GET {sigv4('ASIAIOSFODNN7EXAMPLE', TOKEN)} 200\n")
    (tmp_path / "app.py").write_text(f"# none\n{CALL}")
    return tmp_path


def test_a_process_without_settings_or_database_is_enough(folder: Path) -> None:
    ran = run_alone("scan_urls", str(folder))
    assert (ran.code, ran.err) == (1, "")
    assert "healthy" in ran.out
    assert "early.log:1" in ran.out
    assert "temporary-credentials" in ran.out
    assert "app.py:2" in ran.out
    assert ran.out.endswith("Files: 3. Signed URLs: 1 at risk, 1 healthy. Calls that sign for more than 7 days: 1.\n")


def test_standard_input_is_read_for_a_dash() -> None:
    ran = run_alone("scan_urls", "-", "--json", stdin=f"x\n{sigv4()}\n")
    assert (ran.code, ran.err) == (0, "")
    assert [(url["path"], url["line"], url["verdict"]) for url in ran.json["urls"]] == [("-", 2, "healthy")]


def test_json_holds_what_was_promised(run: Runner, folder: Path) -> None:
    told = run("scan_urls", str(folder), "--json").json
    assert list(told) == ["files", "verdicts", "urls", "calls", "left_out", "unread"]
    assert told["verdicts"] == {"at_risk": 1, "healthy": 1}
    (call,) = told["calls"]
    assert (call["line"], call["seconds"], call["level"]) == (2, 864_000, "error")
    assert list(told["urls"][0]) == [
        "path",
        "line",
        "times",
        "style",
        "flavour",
        "host",
        "access_key_id",
        "expires_at",
        "verdict",
        "findings",
    ]


SARIF = Draft4Validator(json.loads((Path(__file__).parent / "sarif" / "sarif-schema-2.1.0.json").read_text()))


def test_sarif_is_as_its_own_schema_asks(run: Runner, folder: Path) -> None:
    (folder / "dead.json").write_text(json.dumps({"url": sigv4().replace("604800", "undefined")}))
    (folder / "unread.txt").write_text("x")
    (folder / "unread.txt").chmod(0)
    for path in (folder, folder / "healthy.txt"):
        report = run("scan_urls", str(path), "--sarif").json
        assert [error.message for error in SARIF.iter_errors(report)] == []


def test_the_schema_of_sarif_refuses_what_it_should(run: Runner, folder: Path) -> None:
    report = run("scan_urls", str(folder), "--sarif").json
    report["runs"][0]["results"][0]["level"] = "fatal"
    assert not SARIF.is_valid(report)


def test_sarif_has_what_its_version_asks_for(run: Runner, folder: Path) -> None:
    ran = run("scan_urls", str(folder), "--sarif")
    report = ran.json
    assert (ran.code, report["version"]) == (1, "2.1.0")
    (one,) = report["runs"]
    rules = one["tool"]["driver"]["rules"]
    told = [(result["ruleId"], result["level"]) for result in one["results"]]
    assert told == [("temporary-credentials", "warning"), ("presigned-too-long", "error")]
    for result in one["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        (place,) = result["locations"]
        assert place["physicalLocation"]["region"]["startLine"] >= 1
        assert " " not in place["physicalLocation"]["artifactLocation"]["uri"]


def test_notes_do_not_change_the_exit_code(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(CALL.replace("864000", "86400"))
    ran = run("scan_urls", str(tmp_path))
    assert ran.code == 0
    assert "dies early if a role signs it" in ran.out
    (result,) = run("scan_urls", str(tmp_path), "--sarif").json["runs"][0]["results"]
    assert result["level"] == "note"


def test_neither_signature_nor_token_is_ever_printed(run: Runner, tmp_path: Path) -> None:
    url = sigv4("ASIAIOSFODNN7EXAMPLE", TOKEN)
    written = tmp_path / url.rpartition("/")[2].replace("%2F", "_")[:200]
    written.write_text(f"{url}\n{url.replace('&', '&amp;')}\n{json.dumps(url)}\n")
    for how in ((), ("--json",), ("--sarif",), ("-v", "3"), ("--bad",)):
        for path in (str(tmp_path), str(written)):
            ran = run("scan_urls", path, *how)
            assert TOKEN not in ran.out + ran.err
            assert SIGNATURE[:20] not in ran.out + ran.err
            assert "://" not in ran.out.replace("https://docs.oasis-open.org", "")


@pytest.mark.parametrize("arguments", [(), ("/nowhere/at/all",), ("-", "--json", "--sarif"), ("-", "--bad")])
def test_what_cannot_be_used_is_one_line_and_exit_code_2(run: Runner, arguments: tuple[str, ...]) -> None:
    ran = run("scan_urls", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") == 1


def test_other_projects_hook_runs_it_on_what_they_commit(folder: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    entry = hook["entry"]
    assert hook["require_serial"]  # two at once would make one environment
    done = subprocess.run(
        [ROOT / entry, "early.log", "healthy.txt"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert "early.log:1" in done.stdout
