"""The site's folder, from a checkout. That of an installed wheel: tests/tools/test_release.py."""

from pathlib import Path

import pytest

from config import places

ROOT = Path(__file__).resolve().parents[2]


def test_a_checkout_keeps_its_files_in_itself() -> None:
    assert (places.IS_INSTALLED, places.PRODUCT, places.find_site("")) == (False, ROOT, ROOT)


def test_the_folder_may_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert places.find_site("/srv/holdfast") == Path("/srv/holdfast")
    assert places.find_site("~/site") == tmp_path / "site"


@pytest.mark.parametrize(
    ("data", "folder"), [("", "home/.local/share"), ("relative", "home/.local/share"), ("/data", "/data")]
)
def test_an_installed_site_keeps_its_files_where_its_user_keeps_data(
    monkeypatch: pytest.MonkeyPatch, data: str, folder: str
) -> None:
    monkeypatch.setattr(places, "IS_INSTALLED", True)
    monkeypatch.setenv("HOME", "/home")
    monkeypatch.setenv("XDG_DATA_HOME", data)
    assert places.find_site("") == Path("/", folder, "holdfast")
