import pytest
from pytest_django import Settings

from tests.fixtures import World
from tests.strict_s3 import StrictS3


@pytest.fixture
def world(db: None, strict_s3: StrictS3) -> World:
    return World.build(strict_s3)


@pytest.fixture
def other_encryption_key(settings: Settings) -> None:
    """The site's encryption key is lost: another one stands in its place."""
    settings.ENCRYPTION_KEYS = ["bG9zdC1sb3N0LWxvc3QtbG9zdC1sb3N0LWxvc3QtMTI="]
