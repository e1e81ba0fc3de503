"""A setting that was changed is seen, and no secret is kept of it."""

import json
import re
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from links.conf import NAMES
from links.models import AuditRecord
from links.services.audit.acts.site_settings import COUNTED, SECRET, TOLD, record_settings
from links.services.audit.maintenance import maintain_trail
from tests.site_settings import SiteSettings

pytestmark = pytest.mark.django_db


def test_a_change_of_settings_is_recorded_once(site_settings: SiteSettings) -> None:
    assert record_settings()
    assert not record_settings()
    site_settings.VISIT_DAYS = 7
    site_settings.ALERT_URLS = ["slack://canary-token-of-a-channel/b/c"]
    assert record_settings()
    told = json.loads(AuditRecord.objects.latest("pk").values)
    assert told["before"] == {"VISIT_DAYS": 400, "ALERT_URLS (count)": 0, "ALERT_URLS (fingerprint)": ""}
    assert told["after"]["VISIT_DAYS"] == 7
    assert "canary" not in str(list(AuditRecord.objects.values_list("values", flat=True)))


@pytest.mark.parametrize(
    ("name", "value", "other"),
    [
        ("SECOND_FACTOR_ROLES", ["Manager"], []),
        ("PASSWORD_SIGN_IN", "superusers", "everybody"),
        ("TRUSTED_USER_HEADER", "X-User", ""),
        ("TRUSTED_USER_FROM", ["10.0.0.0/8"], ["0.0.0.0/0"]),
        ("OIDC_ISSUER", "https://login.example.com/a", "https://login.example.com/b"),
        ("OIDC_CLIENT_ID", "0123456789abcdef0123456789abcdef0", "0123456789abcdef0123456789abcdef1"),
        ("OIDC_ROLES", {"secret-team": ["Manager"]}, {"secret-team": ["Auditor"]}),
        ("OIDC_CLIENT_SECRET", "canary-one", "canary-two"),
        ("ALERT_URLS", ["slack://canary-one"], ["slack://canary-two"]),
        ("ALERT_MAILS", ["canary-one@example.com"], ["canary-two@example.com"]),
        ("ENCRYPTION_KEYS", ["canary-one"], ["canary-two"]),
        ("SECRET_KEY", "canary-one", "canary-two"),
        ("MONITOR_URL", "https://example.com/canary-one", "https://example.com/canary-two"),
    ],
)
def test_one_that_took_anothers_place_is_seen(
    site_settings: SiteSettings, settings: Settings, name: str, value: object, other: object
) -> None:
    holder = settings if name == "SECRET_KEY" else site_settings
    setattr(holder, name, value)
    record_settings()
    setattr(holder, name, other)
    assert record_settings()
    assert not record_settings()
    assert "canary" not in str(list(AuditRecord.objects.values_list("values", flat=True)))
    assert name in AuditRecord.objects.latest("pk").values


def test_every_setting_that_is_read_from_the_environment_is_followed() -> None:
    text = (Path(__file__).parents[4] / "config" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r"^([A-Z_]+) = .*env\.", text, re.MULTILINE)) - {"SITE_DIR"}
    assert len(read) > 5
    assert not {*read, *NAMES} - {*TOLD, *COUNTED, *SECRET, "OIDC_ROLES"}


def test_the_worker_looks(settings: Settings) -> None:
    maintain_trail(timezone.now())
    assert AuditRecord.objects.filter(act="settings-changed").count() == 1
