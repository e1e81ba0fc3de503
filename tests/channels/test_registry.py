"""What the settings ask for."""

import pytest

from links.channels import CHANNEL_SETTINGS, Channel, ChannelSetting, configured
from links.conf import site
from tests.site_settings import SiteSettings


def test_all_mails_are_one_channel_and_each_url_is_one(site_settings: SiteSettings) -> None:
    site_settings.ALERT_MAILS = ["a@example.com", "b@example.com"]
    site_settings.ALERT_URLS = ["json://host/a", "json://host/b"]
    assert [channel.identity.partition(":")[0] for channel in configured()] == ["mail", "json", "json"]


def test_nothing_set_is_no_channel() -> None:
    assert configured() == []


def test_a_url_that_is_given_twice_is_told_once(site_settings: SiteSettings) -> None:
    site_settings.ALERT_URLS = ["json://host/a", "json://host/a"]
    assert len(configured()) == 1


@pytest.mark.parametrize("setting", CHANNEL_SETTINGS, ids=lambda setting: setting.name)
def test_a_channel_has_a_setting_and_a_class_that_reads_it(setting: ChannelSetting) -> None:
    assert getattr(site, setting.name) == []
    assert issubclass(setting.load(), Channel)


def test_addresses_that_read_one_language_are_one_channel(site_settings: SiteSettings) -> None:
    site_settings.ALERT_MAILS = ["a@example.com", "b@example.com:ja", "c@example.com", "d@example.com: JA"]
    told = {channel.identity: (channel.language, channel.label) for channel in configured()}
    assert told == {
        "mail": ("", "a@example.com, c@example.com"),
        "mail:ja": ("ja", "b@example.com, d@example.com"),
    }


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("ops@example.com:ja", []),
        ("ops@example.com", []),
        ("ops@example.com:xx", ["holdfast.E084"]),
        ("nobody:ja", ["holdfast.E005"]),
    ],
)
def test_a_language_that_there_is_not_is_said_by_number(value: str, found: list[str]) -> None:
    (mails,) = [setting for setting in CHANNEL_SETTINGS if setting.name == "ALERT_MAILS"]
    errors = mails.load().check_setting(["ops@example.com", value])
    assert [error.id for error in errors] == found
    assert all("no. 2" in error.msg for error in errors)
