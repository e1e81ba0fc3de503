"""Mails about one link, to one person or to the alert channels. Writing one is a row; it is delivered later, at least
once."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone, translation

from links.channels import Channel, Message, configured, is_configured, mail
from links.conf import site
from links.domain.errors import Unavailable
from links.domain.findings import Finding, Verdict, find_worst_verdict, read_findings
from links.domain.judging.facts import Delivery
from links.domain.link_mails import LinkMailKind, LinkReader
from links.domain.promise.terms import ShownIn
from links.lib.zones import find_zone
from links.models import LinkMail, ShareLink, StaffPreferences
from links.queries.link_state import read_forecast, read_state, where_not_withdrawn
from links.queries.own_urls import reveal_url
from links.services.link_terms import read_shown
from links.services.mail.admin_pages import list_of, page_of
from links.services.mail.outbox import NO_LONGER_CONFIGURED, Clock, Route, Send, deliver
from links.services.mail.senders import find_granter, name_company, reaches_by_mail
from links.texts.mail import import_mails as import_words
from links.texts.mail import link_mails
from links.texts.mail import transfer_mails as transfer_words
from links.texts.people import name_person


def find_reader(owner: User | None) -> LinkReader:
    """Whom `write_to_owner` reaches, of links of this owner."""
    if reaches_by_mail(owner):
        return LinkReader.OWNER
    return LinkReader.SITE if is_configured() else LinkReader.NOBODY


def write_to_owner(link: ShareLink, kind: LinkMailKind, now: datetime, /, **params: object) -> list[LinkMail]:
    """Write to whoever made the link; where no mail would reach them, to each of the site's alert channels. Empty where
    there is none either."""
    if link.owner is not None and reaches_by_mail(link.owner):
        return [write_to_staff(link.owner, link, kind, now, **params)]
    return [_write_to_channel(channel, link, kind, now, params) for channel in configured()]


def write_to_staff(
    person: User, link: ShareLink, kind: LinkMailKind, now: datetime, sender: User | None = None, /, **params: object
) -> LinkMail:
    """In the language and zone in which they read, or in which the sender does while theirs are not known; they have a
    mail address."""
    known = {each.user_id: each for each in StaffPreferences.objects.filter(user__in=filter(None, [person, sender]))}
    reader = known.get(person.pk) or (known.get(sender.pk) if sender else None)
    language, zone = (reader.language, reader.zone) if reader else (settings.LANGUAGE_CODE, "")
    return write_to(person.email, link, kind, now, language=language, zone=zone, **params)


def write_to(
    to: str, link: ShareLink, kind: LinkMailKind, now: datetime, /, *, language: str, zone: str = "", **params: object
) -> LinkMail:
    """`params` are plain values for JSON, never a URL; `zone` "" is the site's own."""
    return LinkMail.objects.create(
        link=link, kind=kind.value, to=to, language=language, zone=zone, params=params, created_at=now, due_at=now
    )


def _write_to_channel(
    channel: Channel, link: ShareLink, kind: LinkMailKind, now: datetime, params: Mapping[str, object]
) -> LinkMail:
    language = channel.language or site.ALERT_LANGUAGE
    return LinkMail.objects.create(
        link=link,
        kind=kind.value,
        channel=channel.identity,
        language=language,
        params=params,
        created_at=now,
        due_at=now,
    )


# What is said ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    subject: str
    body: str


def compose(link_mail: LinkMail, now: datetime) -> Text:
    """What a mail says at this moment, in its recipient's language and zone; its link may have changed since, unless
    the mail was given how it stood.

    Raises ValueError for a kind that is no longer known.
    """
    context = _build_context(link_mail, now)
    with _reading_as(link_mail):
        return Text(link_mails.subject(context), link_mails.body(context))


@contextmanager
def _reading_as(link_mail: LinkMail) -> Iterator[None]:
    with translation.override(link_mail.language), timezone.override(find_zone(link_mail.zone)):
        yield


def _build_context(link_mail: LinkMail, now: datetime) -> link_mails.MailContext:
    link, kind, params = link_mail.link, LinkMailKind(link_mail.kind), link_mail.params
    until = params.get("promised_until")
    return link_mails.MailContext(
        kind,
        name=link.name_for_customers,
        promised_until=datetime.fromisoformat(until) if until else link.promised_until,
        happened_at=link_mail.created_at,
        composed_at=now,
        page=_find_answer(link_mail),
        number=link.pk,
        is_stable=link.delivery == Delivery.STABLE,
        forecast=read_forecast(link, now),
        place=f"{link.bucket}/{link.object_key}" if link.bucket else link.host,
        customer=link.customer.name if link.customer else "",
        owner=name_person(link.owner) if link.owner else "",
        downloads=params.get("downloads", link.visit_count),
        download_limit=params.get("download_limit", link.download_limit),
        is_used_up=bool(params.get("used_up")),
        is_alert=bool(link_mail.channel),
        message=str(params.get("message", "")),
        mail=str(params.get("mail", "")),
        terms=read_shown(link, ShownIn.MAIL),
        **(_tell_customer(link_mail) if kind is LinkMailKind.TIME_GRANTED else {}),
    )


def _tell_customer(link_mail: LinkMail) -> dict[str, Any]:
    """The URL goes to the address that the customer has on record at this moment, and to no other."""
    customer, sender = link_mail.link.customer, find_granter(link_mail)
    is_known = customer is not None and customer.mail.casefold() == link_mail.to.casefold()
    return {
        "is_known": is_known,
        "url": _find_url(link_mail.link) if is_known else "",
        "is_company": customer is not None and customer.is_company,
        "asked_at": _read_asked_at(link_mail),
        "sender": sender.name,
        "company": name_company(),
        "is_answered": bool(sender.reply_to),
    }


def _read_asked_at(link_mail: LinkMail) -> datetime | None:
    asked_at = link_mail.params.get("asked_at")
    return datetime.fromisoformat(asked_at) if asked_at else None


def _find_url(link: ShareLink) -> str:
    """Where it cannot be read, the customer still has it: that they have time is told at once."""
    try:
        return reveal_url(link)
    except Unavailable:
        return ""


def _find_answer(link_mail: LinkMail) -> str:
    """The page on which whoever reads this answers it by one press; the link's own where there is none."""
    link, page = link_mail.link, page_of("sharelink", link_mail.link_id)
    if link_mail.kind == LinkMailKind.TIME_ASKED and (asked := link.time_requests.open().first()):
        return page_of("timerequest", asked.pk)
    if link_mail.kind == LinkMailKind.ENDING and link.delivery == Delivery.STABLE:
        return page.removesuffix("change/") + "end/"
    return page.removesuffix("change/") + "edit/" if link_mail.kind == LinkMailKind.DOWNLOADED else page


def compose_import(link_mail: LinkMail) -> Text | None:
    """What is wrong with all links of a batch at this moment; None where nothing is."""
    report = _report_import(link_mail)
    with _reading_as(link_mail):
        return Text(import_words.subject(report), import_words.body(report)) if report.has_news else None


def _report_import(link_mail: LinkMail) -> import_words.ImportReport:
    links = ShareLink.objects.filter(where_not_withdrawn(), import_batch=link_mail.import_batch).order_by("pk")
    return import_words.ImportReport(
        [
            import_words.ImportedLink(
                str(link),
                page_of("sharelink", link.pk),
                Verdict(link.verdict) if link.validated_at and link.verdict else None,
                _find_gravest(read_findings(link.findings)),
            )
            for link in links
        ],
        link_mail.created_at,
        f"{list_of('sharelink')}?import={link_mail.import_batch}",
    )


def _find_gravest(findings: Sequence[Finding]) -> Finding | None:
    """The first of those that make the verdict what it is."""
    gravest = find_worst_verdict(findings)
    return next((finding for finding in findings if finding.verdict is gravest), None)


def compose_transfer(link_mail: LinkMail) -> Text | None:
    """Of the links that are still the colleague's; None where none is."""
    params = link_mail.params
    links = (
        ShareLink.objects.filter(pk__in=params["links"], owner=params["to"]).select_related("customer").order_by("pk")
    )
    given = [
        transfer_words.TransferredLink(
            link.pk,
            link.name_for_staff,
            link.customer.name if link.customer else "",
            link.promised_until,
            page_of("sharelink", link.pk),
            link.revoked_at is not None,
            read_shown(link, ShownIn.MAIL),
        )
        for link in links
    ]
    with _reading_as(link_mail):
        subject = transfer_words.subject(params["giver"], given)
        body = transfer_words.body(params["giver"], given, f"{list_of('sharelink')}?owner=me")
    return Text(subject, body) if given else None


# Delivery -------------------------------------------------------------------------------------------------------


def deliver_due(clock: Clock, *, limit: int = 50) -> int:
    """Deliver up to `limit` due mails of each way (links.services.mail.outbox); how many were taken. A channel that
    hangs keeps no mail waiting."""
    rows = LinkMail.objects.select_related("link__owner", "link__customer", "link__bucket")
    channels = configured()
    _give_up_strangers(channels, clock())
    routes = [Route(waiting=LinkMail.objects.filter(channel=""), rows=rows, compose=_compose)]
    for channel in channels:
        waiting = LinkMail.objects.filter(channel=channel.identity)
        routes.append(
            Route(waiting=waiting, rows=rows, compose=partial(_compose_for, channel), channel=channel.identity)
        )
    return deliver(routes, clock, limit=limit).delivered


def _give_up_strangers(channels: Sequence[Channel], now: datetime) -> None:
    known = ["", *(channel.identity for channel in channels)]
    strangers = LinkMail.objects.due(now).exclude(channel__in=known)
    ended = {"given_up_at": now, "due_at": None, "lease_id": None, "leased_until": None}
    strangers.update_in_order(last_error=NO_LONGER_CONFIGURED, **ended)


_OF_LIVE_LINKS = (LinkMailKind.ENDING, LinkMailKind.TIME_GRANTED)


def _compose(link_mail: LinkMail, now: datetime) -> Send | None:
    text = _put_into_words(link_mail, now)
    if text is None:
        return None
    token = _find_url(link_mail.link).rpartition("/")[2]  # which a server's refusal may repeat
    send = partial(mail.send, [link_mail.to], link_mail.key.hex, text.subject, text.body, secrets=[token])
    return partial(send, sender=find_granter(link_mail)) if link_mail.kind == LinkMailKind.TIME_GRANTED else send


def _compose_for(channel: Channel, link_mail: LinkMail, now: datetime) -> Send | None:
    text = _put_into_words(link_mail, now)
    return partial(channel.deliver, Message(link_mail.key.hex, text.subject, text.body)) if text else None


def _put_into_words(link_mail: LinkMail, now: datetime) -> Text | None:
    """Nobody is reminded of an end that came another way, nor told of more time for a link that was withdrawn since, or
    that all is well with what they brought in."""
    if link_mail.kind in _OF_LIVE_LINKS and read_state(link_mail.link, now).is_withdrawn:
        return None
    if link_mail.kind == LinkMailKind.IMPORTED:
        return compose_import(link_mail)
    return compose_transfer(link_mail) if link_mail.kind == LinkMailKind.TRANSFERRED else compose(link_mail, now)
