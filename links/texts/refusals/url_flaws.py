"""What is wrong with a URL's shape, in words."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from links.domain.signed_urls.url_styles import SPELLINGS

_KINDS = {
    "missing": _("%(name)s is missing"),
    "malformed": _("%(name)s is cut off or misspelt"),
    "repeated": _("%(name)s stands there more than once"),
}
_WHOLE = {
    "malformed:path": _("its path is no text"),
    "respelled:names": _("the names of its parameters are not spelt as they were signed"),
}


def describe(what: str) -> str:
    """The flaws and strange parameters of a finding's `what`, one after another."""
    return gettext("; ").join(_describe(each) for each in what.split(", ") if each)


def _describe(flaw: str) -> str:
    kind, _colon, name = flaw.partition(":")
    if flaw in _WHOLE:
        return gettext(_WHOLE[flaw])
    if kind not in _KINDS:
        return flaw
    return gettext(_KINDS[kind]) % {"name": SPELLINGS.get(name, name)}
