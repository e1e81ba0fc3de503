"""System checks: what can be set wrong, with ids and hints.

Ids: E0xx stops the product or makes it unsafe, W0xx takes something from it, I0xx is good to know.
"""

import os
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Tags, register
from django.db import DEFAULT_DB_ALIAS, connections, router
from django.db import Error as DatabaseError

from links.channels import CHANNEL_SETTINGS
from links.channels.mail import find_mailer
from links.checks.addresses import check_allowed_hosts, check_base_url, check_https, check_probe_hosts, check_proxies
from links.checks.alerts import check_channels, check_limit, check_mail_backend, check_monitor
from links.checks.pages import check_brand, check_templates
from links.checks.project import check_accounts_model, check_database_alias, check_names, check_parts
from links.checks.second_factor import check_role_names, check_second_factor
from links.checks.secrets import (
    check_encryption_keys,
    check_environment,
    check_metrics_token,
    check_secret_files,
    check_secret_key,
    check_secrets,
    database_file,
    sample_secrets,
)
from links.checks.servers import check_broker, check_database, check_machine_clock, check_reached
from links.checks.sign_in import check_proxy_user, check_roles, check_single_sign_on, check_way_in
from links.conf import env, find_said, site
from links.models import ShareLink
from links.queries import database
from links.queries.secrets import list_unreadable_keys
from links.services.validation.site_clock import compare_with_database

TAG = "holdfast"


@register(TAG)
def check_settings(**_: Any) -> list[CheckMessage]:
    return [
        *check_names(find_said()),
        *check_accounts_model(get_user_model()),
        *check_parts(settings, has_our_admin=type(admin.site).__name__ == "HoldfastSite"),
        *check_database_alias(router.db_for_write(ShareLink)),
        *check_secret_key(settings),
        *check_encryption_keys(site.ENCRYPTION_KEYS),
        *check_base_url(site.BASE_URL, settings.ALLOWED_HOSTS),
        *check_channels(CHANNEL_SETTINGS),
        *check_limit(site.ALERTS_PER_HOUR),
        *check_environment(os.environ),
        *check_probe_hosts(site.PROBE_ALLOWED_HOSTS),
        *check_monitor(site.MONITOR_URL),
        *check_metrics_token(site.METRICS_TOKEN),
        *(check_broker(settings.REDIS_URL) if hasattr(settings, "REDIS_URL") else []),
        *check_single_sign_on(),
        *check_proxy_user(site.TRUSTED_USER_HEADER, site.TRUSTED_USER_FROM, site.TRUSTED_PROXIES),
        *check_templates(str(getattr(settings, "TEMPLATE_DIR", ""))),
        *check_secret_files([*env.files_read(), *database_file()]),
        *check_brand(
            site.BRAND_LOGO,
            site.BRAND_ACCENT,
            {"IMPRINT_URL": site.IMPRINT_URL, "PRIVACY_URL": site.PRIVACY_URL},
        ),
    ]


@register(TAG, deploy=True)
def check_deployment(**_: Any) -> list[CheckMessage]:
    return [
        *check_https(site.BASE_URL),
        *check_mail_backend(site.ALERT_MAILS, find_mailer().get("BACKEND", "")),
        *check_proxies(site.TRUSTED_PROXIES, site.BASE_URL, site.PROXY_HEADERS),
        *check_database(str(settings.DATABASES["default"]["ENGINE"])),
        *check_allowed_hosts(settings.ALLOWED_HOSTS),
        *check_second_factor(site.SECOND_FACTOR_ROLES),
    ]


@register(TAG, Tags.database)
def check_stored_secrets(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """By the newest rows, and every signing key. A plain `check` asks the database only where it can be reached;
    `migrate` and `check --database default` say that it cannot."""
    if databases is not None and "default" not in databases:
        return []
    if check_encryption_keys(site.ENCRYPTION_KEYS) or not database.is_there():
        return []
    try:
        connections[DEFAULT_DB_ALIAS].ensure_connection()
    except DatabaseError:
        return check_reached(is_asked_for=databases is not None)
    try:
        return [
            *check_secrets(sample_secrets(), list_unreadable_keys()),
            *check_role_names(site.SECOND_FACTOR_ROLES),
        ]
    except DatabaseError:  # not migrated yet: nothing is stored
        return []


@register(TAG, Tags.database)
def check_accounts(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """At `migrate` and `check --database default`."""
    if not databases or "default" not in databases:
        return []
    try:
        return [*check_roles(site.OIDC_ROLES), *check_way_in(site.PASSWORD_SIGN_IN)]
    except DatabaseError:  # not migrated yet
        return []


@register(Tags.database)
def check_clock(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """At `migrate` and `check --database default`."""
    if not databases or "default" not in databases:
        return []
    try:
        return check_machine_clock(compare_with_database())
    except DatabaseError:
        return []
