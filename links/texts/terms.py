"""What the terms of a link are called."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from links.texts.times import moment

LABELS: Final = {
    "customer": _("Customer"),
    "reference": _("Reference"),
    "title": _("Title"),
    "note": _("Note"),
    "filename": _("Saved as"),
    "password": _("Password"),
    "download_limit": _("Downloads"),
    "starts_at": _("Available from"),
    "slug": _("Address"),
    "is_public": _("Public"),
    "remind_days": _("Reminder before it expires"),
    "notify_downloads": _("Notify when downloaded"),
    "follows_latest": _("Follow the latest file"),
}
HELP: Final = {
    "customer": _("Who the link is for. A new name is added to the customers."),
    "reference": _("The customer's order or ticket number. Customers never see it."),
    "title": _(
        "Customers read it in your message, and on the page of a link with a password, a limit or a start "
        "date. Default: the file's name."
    ),
    "note": _("For you and your colleagues: who it is for and why. Customers never see it."),
    "filename": _("The file name on the customer's computer. Default: the last part of the object key."),
    "slug": _("For example annual-report. It can be guessed, so it needs a password or must be public."),
    "follows_latest": _(
        "Select this when the file will be replaced under the same name and the link should point to the new "
        "one. If not selected, the link stops when the file is replaced."
    ),
}
SEARCHED = _("Customer, reference, title, file name, object key, note, number, or a whole URL.")


def describe(value: object) -> str:
    """What a term is set to: a choice as yes or no, a moment in the reader's zone; empty where nothing is said."""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, datetime):
        return moment(value)
    return "" if value is None else str(value)
