"""Time requests: a customer asks for more time, and the sender grants or declines."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.conf import settings
from django.contrib.admin.models import CHANGE
from django.contrib.auth.models import User
from django.db import transaction

from links.domain.audit.acts import Act
from links.domain.errors import Refused
from links.domain.link_mails import LinkMailKind
from links.domain.promise import ends
from links.domain.promise.promises import Promise
from links.domain.reasons import Reason
from links.domain.visits.access import ASKERS, MAILS_TO_STRANGERS, QUESTIONS
from links.domain.visits.throttling import name_network
from links.models import Customer, LinkMail, ShareLink, TimeRequest, TimeRequestMessage
from links.queries.link_state import LinkState, read_state
from links.services import queue, throttle
from links.services.audit.recording import record
from links.services.links import changes, staff_log
from links.services.links.sharing import find_scope
from links.services.mail.link_mails import write_to, write_to_owner
from links.services.throttle import Key
from links.services.webhooks import events
from links.texts.pages.histories import MORE_DOWNLOADS, TIME_GRANTED, log_end, log_message


def may_ask(link: ShareLink, address: str, now: datetime) -> bool:
    """Whether somebody of this network may ask about this link once more; each time counts."""
    return throttle.take(Key("question", (link.pk, name_network(address))), QUESTIONS, now)


def ask(
    link: ShareLink, now: datetime, *, message: str = "", mail: str = "", language: str = "", zone: str = ""
) -> TimeRequest:
    """Ask for more time. Until the answer, all who ask about one link ask in one request, which keeps a message of
    each: people are told apart by their mail address, and those who leave none by what they say. The sender is written
    to about the first, and about each who leaves a new address.

    `language` and `zone` are those in which the page was read, "" where that is not known.

    Raises `Refused("time-askers-full")` where `ASKERS` have asked before: what they said is kept, and nothing else.
    """
    fields = {"message": message, "mail": mail, "language": language, "zone": zone}
    with transaction.atomic():
        # The lock makes the bound exact, and an answer wait: it goes to everybody who asked before it.
        asked, is_first = TimeRequest.objects.select_for_update().get_or_create(
            link=link, answered_at=None, defaults={"at": now}
        )
        same = asked.messages.filter(mail__iexact=mail) if mail else asked.messages.filter(mail="", message=message)
        if earlier := same.first():
            TimeRequestMessage.objects.filter(pk=earlier.pk).update(
                **{name: said for name, said in fields.items() if said}
            )
            return asked
        if asked.messages.count() >= ASKERS:
            raise Refused(Reason.TIME_ASKERS_FULL)
        asked.messages.create(at=now, **fields)
        record(Act.TIME_ASKED, asked, after={"message": message, "mail": mail})
        if is_first:
            events.tell_time_asked(asked, now)
        if is_first or mail:
            write_to_owner(link, LinkMailKind.TIME_ASKED, now, message=message, mail=mail, **_describe_state(link, now))
    return asked


def grant(asked: TimeRequest, lifetime: str, by: User, *, zone: tzinfo, now: datetime) -> Promise:
    """Give the link this much time, counted from now ("+7 days": from its end), and another download where it is used
    up, under the same URL; and write to each who asked and whose mail address is known. What was promised for longer
    stays.

    Raises `Refused`: `time-answered` where somebody answered before, `revive-first` where the link was revoked,
    `share-not-permitted` where `by` may not share the object at this moment, and
    what `changes.change_end` raises; then nothing is given.
    """
    link = asked.link
    if not asked.is_open:
        raise Refused(Reason.TIME_ANSWERED)
    if link.is_revoked:
        raise Refused(Reason.REVIVE_FIRST)
    lifetime, scope = ends.count_from_end(lifetime, link.promised_until, zone=zone, now=now), find_scope(by)
    changes.require_again(link, scope)
    if changes.find_end(lifetime, zone, now) > link.promised_until:
        promise = changes.foresee_end(link, lifetime, scope=scope, zone=zone, now=now).promise
    else:
        lifetime, promise = link.lifetime, Promise(link.asked_until, link.promised_until, tuple(link.promise_reasons))
    try:
        with transaction.atomic():
            if not _answer(asked, by, now, granted_until=promise.promised_until):
                raise Refused(Reason.TIME_ANSWERED)
            record(Act.TIME_GRANTED, asked, after={"granted_until": promise.promised_until})
            changes.write_promise(link, lifetime, promise, now)
            another = changes.allow_another_download(link, now)
            _mail_askers(asked, by, now, used_up=another)
            queue.enqueue("validate_links", [link.pk])
    finally:
        asked.refresh_from_db(fields=_ANSWER)
    return promise


def log_grant(asked: TimeRequest, by: User, before: datetime, now: datetime, *, was_used_up: bool) -> None:
    """In the histories of the request and of its link, whose end was `before`."""
    link = asked.link
    staff_log.write(by, CHANGE, [asked], log_message(TIME_GRANTED))
    if link.promised_until != before:
        change = ends.name_change(link.promised_until, before, is_revoked=False, now=now)
        staff_log.write(by, CHANGE, [link], log_end(change, before, link.promised_until))
    if was_used_up:
        staff_log.write(by, CHANGE, [link], log_message(MORE_DOWNLOADS, count="1"))


def decline(asked: TimeRequest, by: User, now: datetime) -> bool:
    """Close it without more time; False where somebody answered before."""
    with transaction.atomic():
        declined = _answer(asked, by, now, granted_until=None)
        if declined:
            record(Act.TIME_DECLINED, asked)
    asked.refresh_from_db(fields=_ANSWER)
    return declined


def list_mails(asked: TimeRequest) -> list[str]:
    """Where those who asked can be written to: the addresses that they left, and the customer's for who left none."""
    return [reader.mail for reader in _find_readers(asked)]


def list_written(asked: TimeRequest) -> list[str]:
    """Those of the addresses to which the grant is being written: not one that got too many mails before."""
    if asked.answered_at is None:
        return []
    granted = LinkMailKind.TIME_GRANTED.value
    mails = LinkMail.objects.filter(link=asked.link_id, kind=granted, created_at=asked.answered_at)
    return list(mails.order_by("pk").values_list("to", flat=True))


_ANSWER = ("answered_at", "answered_by", "granted_until")


def _answer(asked: TimeRequest, by: User, now: datetime, *, granted_until: datetime | None) -> bool:
    """One conditional UPDATE: of two answers at once, the first counts."""
    ours = TimeRequest.objects.open().filter(pk=asked.pk)
    return ours.update(answered_at=now, answered_by=by, granted_until=granted_until) == 1


def _describe_state(link: ShareLink, now: datetime) -> dict[str, object]:
    """How the link stood when it was asked: its mail may be put into words after the answer."""
    return {
        "used_up": read_state(link, now) is LinkState.USED_UP,
        "promised_until": link.promised_until.isoformat(),
        "downloads": link.visit_count,
        "download_limit": link.download_limit,
    }


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who is written to. `language` and `zone` are "" where neither the customer's row nor a browser told them."""

    mail: str
    language: str
    zone: str
    is_known: bool


def _find_readers(asked: TimeRequest) -> list[_Reader]:
    """Each mail address once. As the rows are now: somebody may have asked since `asked` was read."""
    customer, readers = asked.link.customer, dict[str, _Reader]()
    for message in TimeRequestMessage.objects.filter(time_request=asked):
        mail = message.mail or (customer.mail if customer else "")
        if mail:
            readers.setdefault(mail.casefold(), _read_reader(mail, message, customer))
    return list(readers.values())


def _read_reader(mail: str, message: TimeRequestMessage, customer: Customer | None) -> _Reader:
    """A customer's browser tells best in which zone they are now; but whoever left no address may be a colleague."""
    if customer is None or mail.casefold() != customer.mail.casefold():
        return _Reader(mail, message.language, message.zone, is_known=False)
    zones = (message.zone, customer.zone) if message.mail else (customer.zone, message.zone)
    return _Reader(mail, customer.language, zones[0] or zones[1], is_known=True)


def _mail_askers(asked: TimeRequest, by: User, now: datetime, *, used_up: bool) -> None:
    """Whoever asked may have typed anybody's address: where it is not the customer's own, the mail names nothing of the
    link but when they asked, and few are sent."""
    params = {"used_up": used_up, "granted_by": by.pk, "asked_at": asked.at.isoformat()}
    for reader in _find_readers(asked):
        mails = Key("mail", (reader.mail.casefold(),))
        if reader.is_known or throttle.take(mails, MAILS_TO_STRANGERS, now):
            language = reader.language or settings.LANGUAGE_CODE
            write_to(
                reader.mail, asked.link, LinkMailKind.TIME_GRANTED, now, language=language, zone=reader.zone, **params
            )
