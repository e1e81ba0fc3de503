"""Somebody of the staff who may share from one folder."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from links.services.buckets import binding
from tests.admin.sharing.sharer import HIDDEN, VAULTED, Sharer, Target
from tests.fixtures import OBJECT, Setup, let_share


@pytest.fixture
def put_in(setup: Setup, now: datetime) -> Callable[[str], Sharer]:
    """Signs mika in under a role, who was let share `reports/` of one of two buckets."""
    setup.stored.put(HIDDEN, b"x")
    vault = setup.s3.add_bucket("vault", region="eu-central-1")
    vault.put(VAULTED, b"x")
    other = binding.add_bucket("vault", setup.key, now=now)

    def make(role: str) -> Sharer:
        mika, ken = (User.objects.create_user(name, is_staff=True) for name in ("mika", "ken"))
        for person in (mika, ken):
            person.groups.add(Group.objects.get(name=role))
            let_share(person, "reports/", bucket=setup.bucket)
        client = Client()
        client.force_login(mika)
        targets = {
            "given": Target(setup.bucket, OBJECT),
            "other folder": Target(setup.bucket, HIDDEN),
            "other bucket": Target(other, VAULTED),
        }
        return Sharer(setup, client, mika, now, targets)

    return make
