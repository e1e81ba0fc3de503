import pytest
from django.contrib.auth.models import User

from tests.fixtures import World, setup
from tests.strict_s3 import StrictS3

__all__ = ["setup"]


@pytest.fixture
def world(db: None, strict_s3: StrictS3) -> World:
    return World.build(strict_s3)


@pytest.fixture
def mika(db: None) -> User:
    """A member of staff who sees their own links."""
    return User.objects.create_user("mika", is_staff=True)
