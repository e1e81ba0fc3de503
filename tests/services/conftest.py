from collections.abc import Iterator, Sequence

import pytest

from links.services import queue
from tests.fake_receivers import WebhookReceiver
from tests.fixtures import World
from tests.site_settings import SiteSettings
from tests.strict_s3 import StrictS3


@pytest.fixture
def world(db: None, strict_s3: StrictS3) -> World:
    return World.build(strict_s3)


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as running:
        yield running


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Sequence[int] | None]]:
    """The tasks that are asked for, with their ids; none reaches a broker."""
    asked: list[tuple[str, Sequence[int] | None]] = []

    def enqueue_now(task: str, ids: Sequence[int] | None = None) -> bool:
        asked.append((task, ids))
        return True

    monkeypatch.setattr(queue, "enqueue_now", enqueue_now)
    return asked


@pytest.fixture
def other_encryption_key(site_settings: SiteSettings) -> None:
    """The site's encryption key is lost: another one stands in its place."""
    site_settings.ENCRYPTION_KEYS = ["bG9zdC1sb3N0LWxvc3QtbG9zdC1sb3N0LWxvc3QtMTI="]
