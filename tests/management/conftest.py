import pytest

from tests.fixtures import Stage
from tests.management.running import Runner
from tests.strict_s3 import StrictS3


@pytest.fixture
def run(transactional_db: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runner:
    return Runner(capsys, monkeypatch)


@pytest.fixture
def stage(transactional_db: None, strict_s3: StrictS3) -> Stage:
    return Stage.build(strict_s3)
