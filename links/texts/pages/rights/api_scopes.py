"""What an API token may be used for, in words."""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from links.domain.people.scopes import Scope

_IN_FULL: Mapping[str, str] = {
    Scope.LINKS_READ: _("Read links: list, search and check on them"),
    Scope.LINKS_WRITE: _("Make, change, extend and revoke links"),
    Scope.LINKS_REVEAL: _("Show a link's URL again"),
    Scope.CUSTOMERS_READ: _("Read customers"),
    Scope.CUSTOMERS_WRITE: _("Add and change customers"),
    Scope.BUCKETS_READ: _("Read buckets, and look for files in them"),
    Scope.KEYS_READ: _("Read how signing keys stand, never a secret"),
    Scope.INCIDENTS_READ: _("Read incidents"),
    Scope.VISITS_READ: _("Read customers' visits"),
    Scope.TIME_REQUESTS: _("Read, grant and decline requests for more time"),
    Scope.DOCTOR: _("Check signed URLs, and scan text for them"),
    Scope.AUDIT_READ: _("Read the audit trail"),
}


def in_full(scope: str) -> str:
    """What it is for; the code of one that this version does not know."""
    return gettext(_IN_FULL[scope]) if scope in _IN_FULL else scope
