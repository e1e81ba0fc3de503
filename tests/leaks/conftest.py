import pytest

from tests.fixtures import setup
from tests.management.running import Runner

__all__ = ["setup"]


@pytest.fixture
def run(transactional_db: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runner:
    return Runner(capsys, monkeypatch)
