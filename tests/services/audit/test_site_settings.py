"""A setting that was changed is seen, and no secret is kept of it."""

import json

import pytest
from django.utils import timezone
from pytest_django import Settings

from links.models import AuditRecord
from links.services.audit.maintenance import maintain_trail
from links.services.audit.site_settings import record_settings

pytestmark = pytest.mark.django_db


def test_a_change_of_settings_is_recorded_once(settings: Settings) -> None:
    assert record_settings()
    assert not record_settings()
    settings.VISIT_DAYS = 7
    settings.ALERT_URLS = ["slack://canary-token-of-a-channel/b/c"]
    assert record_settings()
    told = json.loads(AuditRecord.objects.latest("pk").values)
    assert told["before"] == {"VISIT_DAYS": 400, "ALERT_URLS (count)": 0}
    assert told["after"]["VISIT_DAYS"] == 7
    assert "canary" not in str(list(AuditRecord.objects.values_list("values", flat=True)))


def test_the_worker_looks(settings: Settings) -> None:
    maintain_trail(timezone.now())
    assert AuditRecord.objects.filter(act="settings-changed").count() == 1
