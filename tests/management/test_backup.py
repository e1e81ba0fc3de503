from pathlib import Path

from tests.fixtures import World
from tests.management.running import Runner


def test_a_backup_says_what_it_holds_and_which_keys_it_needs(run: Runner, world: World, tmp_path: Path) -> None:
    ran = run("backup", str(tmp_path / "a.zip"))
    assert ran.code == 0
    assert "rows of" in ran.out
    assert "fingerprints" in ran.out
    told = run("backup", str(tmp_path / "b.zip"), "--json").json
    assert (len(told["keys"]), told["unreadable"]) == (1, 0)
    assert str(tmp_path) not in ran.out


def test_a_file_that_is_there_is_an_argument_that_cannot_be_used(run: Runner, tmp_path: Path) -> None:
    ran = run("backup", str(tmp_path))
    assert (ran.code, ran.out) == (2, "")
    assert "there already" in ran.err


def test_a_site_that_is_in_use_is_not_restored_into(run: Runner, world: World, tmp_path: Path) -> None:
    run("backup", str(tmp_path / "a.zip"))
    ran = run("restore", str(tmp_path / "a.zip"), "--json")
    assert (ran.code, ran.out) == (2, "")
    assert "not empty" in ran.err


def test_what_is_no_backup_is_told(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("hello")
    assert "no backup" in run("restore", str(tmp_path / "a.zip")).err
    assert "cannot be read" in run("restore", str(tmp_path / "none.zip")).err
