"""What an API token may be used for. A token never may more than its owner may when it is used: a scope opens a part of
the API, and what is done there also needs the owner's own permission for it."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from enum import StrEnum

LIFETIME = timedelta(days=90)
"""Unless something else was chosen."""
LONGEST_LIFETIME = timedelta(days=366)
MAX_NAME_LENGTH = 60
MAX_LIVE_TOKENS = 50
"""Of one owner, at a time."""


class Scope(StrEnum):
    LINKS_READ = "links:read"
    LINKS_WRITE = "links:write"
    LINKS_REVEAL = "links:reveal"
    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_WRITE = "customers:write"
    BUCKETS_READ = "buckets:read"
    KEYS_READ = "keys:read"
    INCIDENTS_READ = "incidents:read"
    VISITS_READ = "visits:read"
    TIME_REQUESTS = "time-requests"
    DOCTOR = "doctor"
    AUDIT_READ = "audit:read"


PERMISSIONS: Mapping[Scope, frozenset[str]] = {
    Scope.LINKS_READ: frozenset({"links.view_sharelink", "links.change_sharelink"}),
    Scope.LINKS_WRITE: frozenset({"links.add_sharelink", "links.change_sharelink"}),
    # As in the admin, a URL is shown once more to whoever may change its link.
    Scope.LINKS_REVEAL: frozenset({"links.change_sharelink"}),
    Scope.CUSTOMERS_READ: frozenset({"links.view_customer", "links.change_customer"}),
    Scope.CUSTOMERS_WRITE: frozenset({"links.add_customer", "links.change_customer"}),
    # Whoever makes links looks for objects in the buckets that they may share from.
    Scope.BUCKETS_READ: frozenset({"links.view_bucket", "links.change_bucket", "links.add_sharelink"}),
    Scope.KEYS_READ: frozenset({"links.view_signingkey", "links.change_signingkey"}),
    Scope.INCIDENTS_READ: frozenset({"links.view_incident"}),
    Scope.VISITS_READ: frozenset({"links.view_visit"}),
    Scope.TIME_REQUESTS: frozenset({"links.view_timerequest", "links.change_timerequest"}),
    Scope.DOCTOR: frozenset({"links.view_sharelink", "links.change_sharelink"}),
    Scope.AUDIT_READ: frozenset({"links.view_auditrecord"}),
}
"""The Django permissions that a scope stands for. It is open to whoever has one of them; each deed needs its own."""


def list_open_scopes(permissions: Collection[str]) -> list[Scope]:
    """What a token of somebody with these permissions ("links.view_sharelink") can be used for."""
    return [scope for scope in Scope if not PERMISSIONS[scope].isdisjoint(permissions)]
