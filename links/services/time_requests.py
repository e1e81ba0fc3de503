"""Time requests: a customer asks for more time, and the sender grants or declines."""

from datetime import datetime, tzinfo

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from links.domain.errors import Refused
from links.domain.letters import LetterKind
from links.domain.promises import Promise
from links.models import ShareLink, TimeRequest
from links.services import changes
from links.services.letters import write_to, write_to_owner


def ask(link: ShareLink, now: datetime, *, message: str = "", mail: str = "") -> TimeRequest:
    """Ask for more time and write to the sender. Who asks again before the answer is asking the same."""
    with transaction.atomic():
        asked, is_new = TimeRequest.objects.get_or_create(
            link=link, answered_at=None, defaults={"at": now, "message": message, "mail": mail}
        )
        if is_new:
            write_to_owner(link, LetterKind.TIME_ASKED, now, message=message, mail=mail)
    return asked


def grant(asked: TimeRequest, lifetime: str, by: User, *, zone: tzinfo, now: datetime) -> Promise:
    """Give the link this much time, counted from now, and another download where it is used up, under the same URL;
    and write to the customer where a mail address is known. What was promised for longer stays.

    Raises `Refused("time-answered")` where somebody answered before, and what `changes.change_end` raises.
    """
    if not asked.is_open:
        raise Refused("time-answered")
    link = asked.link
    if link.is_revoked or changes.find_end(lifetime, zone, now) > link.promised_until:
        changes.change_end(link, lifetime, zone=zone, now=now)
    with transaction.atomic():
        if _answer(asked, by, now, granted_until=link.promised_until):
            changes.allow_another(link)
            _tell_customer(asked, now)
    return Promise(link.asked_until, link.promised_until, tuple(link.promise_reasons))


def decline(asked: TimeRequest, by: User, now: datetime) -> bool:
    """Close it without more time; False where somebody answered before."""
    return _answer(asked, by, now, granted_until=None)


def find_mail(asked: TimeRequest) -> str:
    """Where the customer is written to: the address that they left, or the one that we know; "" where there is none."""
    customer = asked.link.customer
    return asked.mail or (customer.mail if customer else "")


def _answer(asked: TimeRequest, by: User, now: datetime, *, granted_until: datetime | None) -> bool:
    """One conditional UPDATE: of two answers at once, the first counts."""
    ours = TimeRequest.objects.open().filter(pk=asked.pk)
    answered = ours.update(answered_at=now, answered_by=by, granted_until=granted_until) == 1
    asked.refresh_from_db(fields=["answered_at", "answered_by", "granted_until"])
    return answered


def _tell_customer(asked: TimeRequest, now: datetime) -> None:
    mail, customer = find_mail(asked), asked.link.customer
    language, zone = (customer.language, customer.zone) if customer else (settings.LANGUAGE_CODE, "")
    if mail:
        write_to(mail, asked.link, LetterKind.TIME_GRANTED, now, language=language, zone=zone)
