"""What staff did to a row, in the log of Django's admin: the row's history tells it in the words of whoever reads."""

from collections.abc import Sequence

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db.models import Model

from links.texts.pages.histories import Kept


def write(person: User, action: int, rows: Sequence[Model], message: Kept) -> None:
    """The same entry in the history of each row, however many there are. `action` is one of Django's ADDITION, CHANGE
    and DELETION."""
    LogEntry.objects.log_actions(person.pk, rows, action, message)
