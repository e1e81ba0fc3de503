"""The roles that come with the product, in words. Others are called what whoever made them called them."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

_IN_FULL = {
    "Link maker": _("Link maker: makes links to what they may share, and looks after their own"),
    "Manager": _("Manager: everyone's links, customers, and who may share what"),
    "Key keeper": _("Key keeper: keys, buckets, and who may share from them"),
    "Auditor": _("Auditor: reads everything, changes nothing, sees no secret"),
}


_NAMES = {
    "Link maker": _("Link maker"),
    "Manager": _("Manager"),
    "Key keeper": _("Key keeper"),
    "Auditor": _("Auditor"),
}


def name(role: str) -> str:
    """A role's name alone, for the middle of a sentence."""
    return gettext(_NAMES[role]) if role in _NAMES else role


def in_full(name: str) -> str:
    """A role's name and what it is for."""
    return gettext(_IN_FULL[name]) if name in _IN_FULL else name
