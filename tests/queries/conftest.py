import pytest
from django.contrib.auth.models import User

from tests.fixtures import Stage
from tests.setup import shelf
from tests.strict_s3 import StrictS3

__all__ = ["shelf"]


@pytest.fixture
def stage(db: None, strict_s3: StrictS3) -> Stage:
    return Stage.build(strict_s3)


@pytest.fixture
def mika(db: None) -> User:
    """A member of staff who sees their own links."""
    return User.objects.create_user("mika", is_staff=True)
