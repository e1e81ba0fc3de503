from tests.fixtures import setup
from tests.services.conftest import other_encryption_key, world

__all__ = ["other_encryption_key", "setup", "world"]
