"""The hours that notices wait, and a webhook that they are sent to."""

from collections.abc import Iterator

import pytest

from tests.fake_receivers import WebhookReceiver
from tests.services.incidents.notifying import Clock
from tests.site_settings import SiteSettings


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def webhook(site_settings: SiteSettings) -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as sink:
        site_settings.ALERT_URLS = [sink.apprise_url()]
        yield sink
