"""Roles ready to use: groups of Django's own, which whoever runs the site may change as they like."""

from collections.abc import Mapping

from django.contrib.auth.models import Group, Permission
from django.db import transaction

_OWN_LINKS = frozenset({
    "add_sharelink", "change_sharelink", "view_sharelink", "view_validation", "view_visit",
    "change_timerequest", "view_timerequest", "add_customer", "view_customer",
})  # fmt: skip
_WEBHOOKS = frozenset({"add_webhook", "change_webhook", "delete_webhook", "view_webhook", "view_webhookmessage"})
# Who may say who shares what. A link maker shares nothing until somebody has said so.
_GIVING = frozenset({"add_sharepermission", "delete_sharepermission", "view_sharepermission"})

ROLES: Mapping[str, frozenset[str]] = {
    "Link maker": _OWN_LINKS,
    "Manager": _OWN_LINKS
    | _GIVING
    | _WEBHOOKS
    | {"see_every_sharelink", "change_customer", "delete_customer", "share_everything"}
    | {"view_incident", "view_incidentnotice", "view_linkmail", "view_bucket", "view_auditrecord"}
    | {"add_serviceaccount", "change_serviceaccount", "view_serviceaccount"},
    "Key keeper": _GIVING | frozenset({
        "add_signingkey", "change_signingkey", "view_signingkey", "add_bucket", "change_bucket", "view_bucket",
        "view_incident", "view_incidentnotice",
    }),
    "Auditor": frozenset({
        "see_every_sharelink", "view_sharelink", "view_validation", "view_visit", "view_timerequest", "view_customer",
        "view_signingkey", "view_bucket", "view_sharepermission", "view_incident", "view_incidentnotice",
        "view_linkmail", "view_signin", "view_auditrecord", "view_serviceaccount",
        "view_webhook", "view_webhookmessage",
    }),
}  # fmt: skip


def make_roles() -> list[str]:
    """Make the roles that are not there, and leave those that are as somebody may have changed them; their names."""
    with transaction.atomic():
        missing = sorted(ROLES.keys() - set(Group.objects.filter(name__in=ROLES).values_list("name", flat=True)))
        for name in missing:
            group, _ = Group.objects.get_or_create(name=name)
            group.permissions.set(Permission.objects.filter(content_type__app_label="links", codename__in=ROLES[name]))
    return missing
