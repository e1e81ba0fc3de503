"""Another key of the same user."""

import pytest

from tests.fixtures import World
from tests.strict_s3 import AccessKey


@pytest.fixture
def second(world: World) -> AccessKey:
    """Another access key of the same user: what one makes at AWS before rotating."""
    return world.s3.add_key(world.user)
