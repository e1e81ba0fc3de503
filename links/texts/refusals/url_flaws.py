"""What is wrong with a URL's shape, in words."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from links.domain.signed_urls.flaws import PATH, Flaw, FlawKind, split_changes
from links.domain.signed_urls.parameters import SPELLINGS

_KINDS = {
    FlawKind.MISSING: _("%(name)s is missing"),
    FlawKind.MALFORMED: _("%(name)s is cut off or misspelled"),
    FlawKind.REPEATED: _("%(name)s is there more than once"),
    FlawKind.RESPELLED: _("the names of its parameters are not spelt as they were signed"),
}
_PATH_MALFORMED = _("its path is not text")


def describe(what: str) -> str:
    """The flaws and strange parameters of a finding's `what`, one after another."""
    return gettext("; ").join(each if isinstance(each, str) else _describe(each) for each in split_changes(what))


def _describe(flaw: Flaw) -> str:
    if flaw == Flaw(FlawKind.MALFORMED, PATH):
        return gettext(_PATH_MALFORMED)
    return gettext(_KINDS[flaw.kind]) % {"name": SPELLINGS.get(flaw.name, flaw.name)}
