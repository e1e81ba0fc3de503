"""System checks: what can be set wrong, with ids and hints.

Ids: E0xx stops the product or makes it unsafe, W0xx takes something from it, I0xx is good to know.
"""

import os
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.db import Error as DatabaseError

from links.channels import CHANNEL_SETTINGS
from links.checks.addresses import judge_allowed_hosts, judge_base_url, judge_https, judge_probe_hosts, judge_proxies
from links.checks.alerts import judge_channels, judge_limit, judge_mail_way, judge_monitor
from links.checks.pages import judge_brand, judge_templates
from links.checks.secrets import (
    database_file,
    judge_encryption_keys,
    judge_environment,
    judge_secret_files,
    judge_secrets,
    sample_secrets,
)
from links.checks.servers import judge_broker, judge_clock, judge_database
from links.queries import database
from links.services.validation.site_clock import compare_with_database

TAG = "holdfast"


@register(TAG)
def check_settings(**_: Any) -> list[CheckMessage]:
    return [
        *judge_encryption_keys(settings.ENCRYPTION_KEYS),
        *judge_base_url(settings.BASE_URL, settings.ALLOWED_HOSTS),
        *judge_channels(CHANNEL_SETTINGS),
        *judge_limit(settings.ALERTS_PER_HOUR),
        *judge_environment(os.environ),
        *judge_probe_hosts(settings.PROBE_ALLOWED_HOSTS),
        *judge_monitor(settings.MONITOR_URL),
        *judge_broker(settings.REDIS_URL),
        *judge_templates(settings.TEMPLATE_DIR),
        *judge_secret_files([*settings.SECRET_FILES, *database_file()]),
        *judge_brand(
            settings.BRAND_LOGO,
            settings.BRAND_ACCENT,
            {"IMPRINT_URL": settings.IMPRINT_URL, "PRIVACY_URL": settings.PRIVACY_URL},
        ),
    ]


@register(TAG, deploy=True)
def check_deployment(**_: Any) -> list[CheckMessage]:
    return [
        *judge_https(settings.BASE_URL),
        *judge_mail_way(settings.ALERT_MAILS, settings.MAILERS["default"].get("BACKEND", "")),
        *judge_proxies(settings.TRUSTED_PROXIES, settings.BASE_URL, settings.PROXY_HEADERS),
        *judge_database(str(settings.DATABASES["default"]["ENGINE"])),
        *judge_allowed_hosts(settings.ALLOWED_HOSTS),
    ]


@register(Tags.database)
def check_stored_secrets(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """At `migrate` and `check --database default`, by the newest rows."""
    if not databases or "default" not in databases or judge_encryption_keys(settings.ENCRYPTION_KEYS):
        return []
    try:
        return judge_secrets(sample_secrets()) if database.is_there() else []
    except DatabaseError:  # not migrated yet: nothing is stored
        return []


@register(Tags.database)
def check_clock(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """At `migrate` and `check --database default`."""
    if not databases or "default" not in databases:
        return []
    try:
        return judge_clock(compare_with_database())
    except DatabaseError:
        return []
