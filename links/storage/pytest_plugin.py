"""`pytest -p links.storage.pytest_plugin`: no test runs where a storage of the project gives URLs that die early."""

import pytest
from django.conf import settings

from links.storage.checks import check_storages


def pytest_sessionstart() -> None:
    """Once Django's settings are there, as by pytest-django. Raises UsageError, with one line for each finding."""
    if not settings.configured:
        return
    silenced = set(settings.SILENCED_SYSTEM_CHECKS)
    told = [f"{one.id}: {one.msg}" for one in check_storages() if one.id not in silenced]
    if told:
        raise pytest.UsageError("\n".join(told))
