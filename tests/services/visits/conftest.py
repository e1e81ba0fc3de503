from tests.services.conftest import other_encryption_key, stage

__all__ = ["other_encryption_key", "stage"]
