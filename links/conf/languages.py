"""The languages that our pages and mails are written in, whatever languages the project around them has."""

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LANGUAGES = [("en", _("English")), ("ja", _("Japanese"))]


def find_language() -> str:
    """That of the reader, where it is one of these; else English."""
    active = (get_language() or "").partition("-")[0]
    return active if active in dict(LANGUAGES) else "en"
