"""Time requests: a customer asks for more time, and the sender grants or declines."""

from datetime import datetime, tzinfo

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from links.domain.admission import MAILS_TO_STRANGERS, QUESTIONS
from links.domain.errors import Refused
from links.domain.letters import LetterKind
from links.domain.promises import Promise
from links.domain.throttling import name_network
from links.models import ShareLink, TimeRequest
from links.services import bell, changes, throttle
from links.services.letters import write_to, write_to_owner
from links.services.sharing import find_scope
from links.services.throttle import Key


def may_ask(link: ShareLink, address: str, now: datetime) -> bool:
    """Whether somebody of this network may ask about this link once more; each time counts."""
    return throttle.take(Key("question", (link.pk, name_network(address))), QUESTIONS, now)


def ask(
    link: ShareLink, now: datetime, *, message: str = "", mail: str = "", language: str = "", zone: str = ""
) -> TimeRequest:
    """Ask for more time and write to the sender. Who asks again before the answer is asking the same: the latest
    message and address are kept, and nobody is written to again.

    `language` and `zone` are those in which the page was read, "" where that is not known.
    """
    told = {"message": message, "mail": mail, "language": language, "zone": zone}
    with transaction.atomic():
        asked, is_new = TimeRequest.objects.get_or_create(link=link, answered_at=None, defaults={"at": now, **told})
        if is_new:
            write_to_owner(link, LetterKind.TIME_ASKED, now, message=message, mail=mail, **_tell_standing(link, now))
        elif said := {name: value for name, value in told.items() if value}:
            TimeRequest.objects.open().filter(pk=asked.pk).update(**said)
            asked.refresh_from_db(fields=list(said))
    return asked


def grant(asked: TimeRequest, lifetime: str, by: User, *, zone: tzinfo, now: datetime) -> Promise:
    """Give the link this much time, counted from now, and another download where it is used up, under the same URL;
    and write to the customer where a mail address is known. What was promised for longer stays.

    Raises `Refused`: `time-answered` where somebody answered before, `revive-first` where the link was revoked,
    `share-not-permitted` where `by` may not share the object at this moment, and
    what `changes.change_end` raises; then nothing is given.
    """
    link = asked.link
    if not asked.is_open:
        raise Refused("time-answered")
    if link.is_revoked:
        raise Refused("revive-first")
    scope = find_scope(by)
    changes.require_again(link, scope)
    if changes.find_end(lifetime, zone, now) > link.promised_until:
        promise = changes.foresee_end(link, lifetime, scope=scope, zone=zone, now=now).promise
    else:
        lifetime, promise = link.lifetime, Promise(link.asked_until, link.promised_until, tuple(link.promise_reasons))
    try:
        with transaction.atomic():
            _claim(asked, by, now, granted_until=promise.promised_until)
            changes.write_promise(link, lifetime, promise, now)
            another = changes.allow_another(link)
            _tell_customer(asked, now, used_up=another)
            bell.ring_after_commit("validate_links", [link.pk])
    finally:
        asked.refresh_from_db(fields=_ANSWER)
    return promise


def decline(asked: TimeRequest, by: User, now: datetime) -> bool:
    """Close it without more time; False where somebody answered before."""
    declined = _answer(asked, by, now, granted_until=None)
    asked.refresh_from_db(fields=_ANSWER)
    return declined


def find_mail(asked: TimeRequest) -> str:
    """Where the customer is written to: the address that they left, or the one that we know; "" where there is none."""
    customer = asked.link.customer
    return asked.mail or (customer.mail if customer else "")


_ANSWER = ("answered_at", "answered_by", "granted_until")


def _claim(asked: TimeRequest, by: User, now: datetime, *, granted_until: datetime) -> None:
    if not _answer(asked, by, now, granted_until=granted_until):
        raise Refused("time-answered")


def _answer(asked: TimeRequest, by: User, now: datetime, *, granted_until: datetime | None) -> bool:
    """One conditional UPDATE: of two answers at once, the first counts."""
    ours = TimeRequest.objects.open().filter(pk=asked.pk)
    return ours.update(answered_at=now, answered_by=by, granted_until=granted_until) == 1


def _tell_standing(link: ShareLink, now: datetime) -> dict[str, object]:
    """How the link stood when it was asked: its letter may be put into words after the answer."""
    return {
        "used_up": link.is_used_up and not link.is_over(now),
        "promised_until": link.promised_until.isoformat(),
        "downloads": link.visit_count,
        "download_limit": link.download_limit,
    }


def _tell_customer(asked: TimeRequest, now: datetime, *, used_up: bool) -> None:
    """Whoever asked may have typed anybody's address: where it is not the customer's own, the mail names nothing of the
    link, and few are sent."""
    mail, customer = find_mail(asked), asked.link.customer
    reader = customer or asked
    language = reader.language or settings.LANGUAGE_CODE
    is_known = customer is not None and mail.casefold() == customer.mail.casefold()
    if mail and (is_known or throttle.take(Key("mail", (mail.casefold(),)), MAILS_TO_STRANGERS, now)):
        told = {"used_up": used_up, "is_known": is_known}
        write_to(mail, asked.link, LetterKind.TIME_GRANTED, now, language=language, zone=reader.zone, **told)
