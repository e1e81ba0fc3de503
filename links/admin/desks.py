"""Importing this puts every aggregate's pages into the site."""

from links.admin import (
    buckets,
    customers,
    incidents,
    keys,
    letters,
    links,
    share_permissions,
    sign_in,
    staff,
    time_requests,
    validations,
    visits,
)

__all__ = [
    "buckets",
    "customers",
    "incidents",
    "keys",
    "letters",
    "links",
    "share_permissions",
    "sign_in",
    "staff",
    "time_requests",
    "validations",
    "visits",
]
