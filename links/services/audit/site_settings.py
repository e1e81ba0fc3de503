"""Settings come from the environment, past the product: what changed is seen by comparing them with what was last
recorded. Of those that may hold a secret it is said how many there are, never which."""

import json

from django.conf import settings
from django.db import transaction

from links.domain.audit.acts import Act, Kind
from links.domain.audit.values import Plain, to_plain
from links.models import AuditRecord
from links.services.audit.recording import record
from links.services.audit.subjects import Subject

TOLD = (
    *("DEBUG", "BASE_URL", "ALLOWED_HOSTS", "TRUSTED_PROXIES", "PROXY_HEADERS", "PROBE_ALLOWED_HOSTS"),
    *("PROBES_PER_STORE", "ALERT_LANGUAGE", "ALERTS_PER_HOUR", "VISIT_ADDRESSES", "VISIT_DAYS", "BRAND_NAME"),
    *("SENDER_BEFORE_PASSWORD", "SESSION_COOKIE_AGE", "SESSION_IDLE_SECONDS", "DATABASE_SECONDS", "TIME_ZONE"),
)
COUNTED = ("ENCRYPTION_KEYS", "ALERT_MAILS", "ALERT_URLS")


def record_settings() -> bool:
    """Whether they are otherwise than they were last recorded; then they are recorded."""
    now_is = read_settings()
    last = AuditRecord.objects.filter(act=Act.SETTINGS_CHANGED.value).order_by("-pk").first()
    was: dict[str, Plain] = json.loads(last.values)["after"] if last else {}
    if was == now_is:
        return False
    before = {name: value for name, value in was.items() if now_is.get(name) != value}
    with transaction.atomic():
        record(Act.SETTINGS_CHANGED, Subject(Kind.SETTING), before=before, after=now_is)
    return True


def read_settings() -> dict[str, Plain]:
    told = {name: to_plain(name, getattr(settings, name)) for name in TOLD}
    return {**told, **{f"{name} (count)": len(getattr(settings, name)) for name in COUNTED}}
