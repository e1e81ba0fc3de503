"""What somebody may do, in words: Django keeps such names in English, in its tables."""

from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

_ACTIONS = {
    "add": _("may add %(rows)s"),
    "change": _("may change %(rows)s"),
    "delete": _("may delete %(rows)s"),
    "view": _("may view %(rows)s"),
}
_OUR_OWN = {
    "see_every_sharelink": _("May see everyone's links, not only their own"),
    "share_everything": _("May share every object of every bucket"),
}


def in_full(codename: str, model: str, rows: str, name: str) -> str:
    """`rows` is what the model's rows are called in the active language; `name` is what the table says, for a
    permission that nobody here knows. Another app's "view_kite_prices" is not that to view kites."""
    if codename in _OUR_OWN:
        return gettext(_OUR_OWN[codename])
    action = _ACTIONS.get(codename.removesuffix(f"_{model}"))
    return capfirst(gettext(action) % {"rows": rows}) if action and rows else name
