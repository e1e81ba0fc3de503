"""What the settings ask for."""

import pytest
from django.conf import settings as site
from pytest_django import Settings

from links.channels import CHANNEL_SETTINGS, Channel, ChannelSetting, configured


def test_all_mails_are_one_channel_and_each_url_is_one(settings: Settings) -> None:
    settings.ALERT_MAILS = ["a@example.com", "b@example.com"]
    settings.ALERT_URLS = ["json://host/a", "json://host/b"]
    assert [channel.identity.partition(":")[0] for channel in configured()] == ["mail", "json", "json"]


def test_nothing_set_is_no_channel() -> None:
    assert configured() == []


def test_a_url_that_is_given_twice_is_told_once(settings: Settings) -> None:
    settings.ALERT_URLS = ["json://host/a", "json://host/a"]
    assert len(configured()) == 1


@pytest.mark.parametrize("setting", CHANNEL_SETTINGS, ids=lambda setting: setting.name)
def test_a_channel_has_a_setting_and_a_class_that_reads_it(setting: ChannelSetting) -> None:
    assert getattr(site, setting.name) == []
    assert issubclass(setting.load(), Channel)
