"""Settings come from the environment, past the product: what changed is seen by comparing them with what was last
recorded. Of those that may hold a secret a fingerprint is kept, by which nobody without `SECRET_KEY` can guess it."""

import json

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from links.conf import NAMES, site
from links.domain.audit.acts import Act, Kind
from links.domain.audit.values import Plain, to_plain
from links.models import AuditRecord
from links.services.audit.recording import record
from links.services.audit.subjects import Subject

TOLD = (
    "LOG_FORMAT",
    *("DEBUG", "BASE_URL", "ALLOWED_HOSTS", "TRUSTED_PROXIES", "PROXY_HEADERS", "PROBE_ALLOWED_HOSTS"),
    *("PROBES_PER_STORE", "ALERT_LANGUAGE", "ALERTS_PER_HOUR", "VISIT_ADDRESSES", "VISIT_DAYS", "BRAND_NAME"),
    *("SENDER_BEFORE_PASSWORD", "SESSION_COOKIE_AGE", "SESSION_IDLE_SECONDS", "DATABASE_SECONDS", "TIME_ZONE"),
    *("BRAND_LOGO", "BRAND_ACCENT", "IMPRINT_URL", "PRIVACY_URL", "TEMPLATE_DIR", "DEFAULT_FROM_EMAIL"),
    *("SECOND_FACTOR_ROLES", "PASSWORD_SIGN_IN", "TRUSTED_USER_HEADER", "TRUSTED_USER_FROM"),
    *("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_NAME", "OIDC_SCOPES", "OIDC_GROUPS_CLAIM", "OIDC_LINK_BY"),
    "OIDC_SECOND_FACTOR",
)
COUNTED = ("ENCRYPTION_KEYS", "ALERT_MAILS", "ALERT_URLS")
SECRET = (
    "SECRET_KEY",
    "OIDC_CLIENT_SECRET",
    "DATABASES",
    "REDIS_URL",
    "MONITOR_URL",
    "MAILERS",
    "METRICS_TOKEN",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
)
"""Of which some hold passwords or tokens in a URL."""
_FINGERPRINT_DIGITS = 16


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
    told = {name: to_plain(name, _find(name)) for name in TOLD}
    # Pairs, since names of groups are anybody's words and not names of values.
    roles = [f"{group}: {role}" for group, given in sorted(site.OIDC_ROLES.items()) for role in given]
    return {
        **told,
        "OIDC_ROLES": to_plain("OIDC_ROLES", roles),
        **{f"{name} (count)": len(getattr(site, name)) for name in COUNTED},
        **{f"{name} (fingerprint)": _take_fingerprint(name) for name in (*COUNTED, *SECRET)},
    }


def _find(name: str) -> object:
    """A setting of ours, or one of Django's or of the project's, which need not have it."""
    return getattr(site, name) if name in NAMES else getattr(settings, name, "")


def _take_fingerprint(name: str) -> str:
    """The same for the same value as long as `SECRET_KEY` is; empty for none."""
    value = _find(name)
    if not value:
        return ""
    text = json.dumps(value, sort_keys=True, default=str)
    return salted_hmac(f"audit:{name}", text, algorithm="sha256").hexdigest()[:_FINGERPRINT_DIGITS]
