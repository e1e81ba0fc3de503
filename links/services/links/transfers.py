"""Transfers: links become a colleague's, who is written to about them in one mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from links.domain.link_mails import LinkMailKind
from links.models import ShareLink
from links.services.links import owners
from links.services.links.bulk import Changed
from links.services.mail.link_mails import write_to_staff
from links.services.mail.senders import reaches_by_mail
from links.texts.people import name_person


@dataclass(frozen=True, slots=True)
class Transfer:
    """What came of it for each link, and whether the colleague is written to."""

    results: list[Changed]
    is_written: bool


def transfer(links: Sequence[ShareLink], colleague: User, giver: User, now: datetime) -> Transfer:
    """The mail is written with the change: neither is there without the other. Nobody writes to themselves. Raises what
    `owners.change_owners` raises."""
    with transaction.atomic():
        refused = owners.change_owners(links, colleague, now)
        given = [link for link in links if link.pk not in refused]
        is_written = bool(given) and colleague != giver and reaches_by_mail(colleague)
        if is_written:
            params = {"links": [link.pk for link in given], "to": colleague.pk, "giver": name_person(giver)}
            write_to_staff(colleague, given[0], LinkMailKind.TRANSFERRED, now, giver, **params)
    return Transfer([Changed(link, refused=refused.get(link.pk)) for link in links], is_written)
