import pytest

from tests.fixtures import World
from tests.management.running import Runner
from tests.strict_s3 import StrictS3


@pytest.fixture
def run(transactional_db: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runner:
    return Runner(capsys, monkeypatch)


@pytest.fixture
def world(transactional_db: None, strict_s3: StrictS3) -> World:
    return World.build(strict_s3)
