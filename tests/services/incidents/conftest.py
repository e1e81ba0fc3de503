"""The hours that notices wait, and a webhook that they are sent to."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.fake_receivers import WebhookReceiver
from tests.services.incidents.notifying import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def webhook(settings: Settings) -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as sink:
        settings.ALERT_URLS = [sink.apprise_url()]
        yield sink
