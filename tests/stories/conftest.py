import pytest

from tests.fixtures import World, setup
from tests.management.running import Runner
from tests.strict_s3 import StrictS3

__all__ = ["setup"]


@pytest.fixture
def world(db: None, strict_s3: StrictS3) -> World:
    return World.build(strict_s3)


@pytest.fixture
def run(transactional_db: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runner:
    return Runner(capsys, monkeypatch)
