from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from tests.fixtures import let_share, setup

__all__ = ["setup"]


@pytest.fixture
def sign_in(db: None) -> Callable[..., Client]:
    """Signs a new member of staff in who may do only what is named, as in `sign_in("view_sharelink")`. Who may make
    or change links may share from every bucket that there is."""

    def make(*codenames: str) -> Client:
        user = User.objects.create_user("mika", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        if {"add_sharelink", "change_sharelink"} & set(codenames):
            let_share(user)
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def until(now: datetime) -> str:
    return f"{now + timedelta(days=6):%Y-%m-%dT%H:%M}"
