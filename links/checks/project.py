"""A check of the project that these applications stand in."""

from django.core import checks
from django.core.checks import CheckMessage

# What `config/settings.py` has besides Django's own, and the product reads.
SETTINGS = (
    "ALERTS_PER_HOUR",
    "ALERT_LANGUAGE",
    "ALERT_MAILS",
    "ALERT_URLS",
    "BASE_URL",
    "BRAND_ACCENT",
    "BRAND_LOGO",
    "BRAND_NAME",
    "DATABASE_SECONDS",
    "ENCRYPTION_KEYS",
    "IMPRINT_URL",
    "MAILERS",
    "MONITOR_URL",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
    "OIDC_GROUPS_CLAIM",
    "OIDC_ISSUER",
    "OIDC_LINK_BY",
    "OIDC_NAME",
    "OIDC_ROLES",
    "OIDC_SCOPES",
    "OIDC_SECOND_FACTOR",
    "PASSWORD_SIGN_IN",
    "PRIVACY_URL",
    "PROBES_PER_STORE",
    "PROBE_ALLOWED_HOSTS",
    "PROXY_HEADERS",
    "REDIS_URL",
    "SECOND_FACTOR_ROLES",
    "SECRET_FILES",
    "SENDER_BEFORE_PASSWORD",
    "SESSION_IDLE_SECONDS",
    "TEMPLATE_DIR",
    "TRUSTED_PROXIES",
    "TRUSTED_USER_FROM",
    "TRUSTED_USER_HEADER",
    "VISIT_ADDRESSES",
    "VISIT_DAYS",
)


def check_project(settings: object) -> list[CheckMessage]:
    """Whether the settings that the product reads are there. Another project that has it among its INSTALLED_APPS
    starts, and makes no links until they are."""
    missing = [name for name in SETTINGS if not hasattr(settings, name)]
    if not missing:
        return []
    hint = (
        "Take them from config/settings.py of Holdfast, with its MIDDLEWARE, TEMPLATES and urls. For the storage "
        'alone, links.s3.storage.IamUserS3Storage, take "links" out of INSTALLED_APPS: it needs none of them.'
    )
    return [checks.Warning(f"Holdfast's settings are missing: {', '.join(missing)}.", hint=hint, id="holdfast.W090")]
