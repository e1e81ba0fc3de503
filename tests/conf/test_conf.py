"""The settings of ours, by what a project and its environment say."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from pytest_django import Settings

from links.conf import NAMES, list_variables, site


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment is read once: a test that changes it begins anew, and so does the next one."""
    monkeypatch.setattr(site, "__dict__", {})


def test_what_the_project_says_outranks_the_environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISIT_DAYS", "30")
    assert site.VISIT_DAYS == 30
    settings.HOLDFAST = {"VISIT_DAYS": 7}
    assert site.VISIT_DAYS == 7


def test_what_nobody_says_has_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRAND_NAME", "")
    assert (site.BRAND_NAME, site.ALERT_MAILS, site.OIDC_SECOND_FACTOR) == ("Holdfast", [], False)


def test_a_setting_may_go_by_another_one(settings: Settings) -> None:
    settings.HOLDFAST = {"OIDC_ISSUER": "https://id.example.com/realms/staff"}
    assert site.OIDC_NAME == "id.example.com"


def test_a_value_is_read_once_and_anew_when_a_test_changes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISIT_DAYS", "30")
    assert site.VISIT_DAYS == 30
    monkeypatch.setenv("VISIT_DAYS", "31")
    assert site.VISIT_DAYS == 30
    with override_settings(HOLDFAST={"VISIT_DAYS": "9"}):
        assert site.VISIT_DAYS == 9
    assert site.VISIT_DAYS == 31


def test_a_wrong_value_is_named_where_it_stands(settings: Settings) -> None:
    settings.HOLDFAST = {"TRUSTED_PROXIES": "some"}
    with pytest.raises(ImproperlyConfigured, match=r'HOLDFAST\["TRUSTED_PROXIES"\] is .*whole number'):
        site.read_all()
    settings.HOLDFAST = ["TRUSTED_PROXIES"]
    with pytest.raises(ImproperlyConfigured, match="HOLDFAST must be a dictionary"):
        site.read_all()


def test_all_are_read_by_their_names() -> None:
    assert list(site.read_all()) == list(NAMES)


def test_the_environment_may_set_ours_and_what_a_file_of_settings_reads(tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text('A = env.text("OF_THE_PROJECT")\nB = env.site("BASE_URL")')
    assert list_variables(tmp_path / "settings.py") == sorted({*NAMES, "OF_THE_PROJECT"})
