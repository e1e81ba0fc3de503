"""Letters: mails about one link to one person. Writing one is a row; it is delivered later, at least once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

import structlog
from django.conf import settings
from django.utils import timezone, translation

from links.channels import mail
from links.domain.facts import Delivery
from links.domain.letters import LetterKind
from links.domain.zones import find_zone
from links.models import Letter, Reader, ShareLink
from links.models.letters import LetterQuerySet
from links.queries.link_state import where_not_withdrawn
from links.services.admin_pages import page_of
from links.services.delivery import BEGIN_WITHIN, LEASE, NOT_IN_WORDS, attempt, record, release, set_aside
from links.words import letters as words

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]


def write_to_owner(link: ShareLink, kind: LetterKind, now: datetime, /, **params: object) -> Letter | None:
    """Write to whoever made the link, in the language and zone in which they read; None where no mail would arrive."""
    if link.owner is None or not link.owner.email or not link.owner.is_active:
        return None
    reader = Reader.objects.filter(user=link.owner).first()
    language, zone = (reader.language, reader.zone) if reader else (settings.LANGUAGE_CODE, "")
    return write_to(link.owner.email, link, kind, now, language=language, zone=zone, **params)


def write_to(
    to: str, link: ShareLink, kind: LetterKind, now: datetime, /, *, language: str, zone: str = "", **params: object
) -> Letter:
    """`params` are plain values for JSON, never a URL; `zone` "" is the site's own."""
    return Letter.objects.create(
        link=link, kind=kind.value, to=to, language=language, zone=zone, params=params, created_at=now, due_at=now
    )


# What is said ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    subject: str
    body: str


def compose(letter: Letter, now: datetime) -> Text:
    """What a letter says at this moment, in its recipient's language and zone; its link may have changed since, unless
    the letter was given how it stood.

    Raises ValueError for a kind that is no longer known.
    """
    occasion = _recall(letter, now)
    with _reading_as(letter):
        return Text(words.subject(occasion), words.body(occasion))


@contextmanager
def _reading_as(letter: Letter) -> Iterator[None]:
    with translation.override(letter.language), timezone.override(find_zone(letter.zone)):
        yield


def _recall(letter: Letter, now: datetime) -> words.Occasion:
    link, kind, told = letter.link, LetterKind(letter.kind), letter.params
    until = told.get("promised_until")
    return words.Occasion(
        kind,
        name=link.name_for_customers,
        promised_until=datetime.fromisoformat(until) if until else link.promised_until,
        happened_at=letter.created_at,
        told_at=now,
        page=page_of("sharelink", link.pk),
        number=link.pk,
        is_stable=link.delivery == Delivery.STABLE,
        place=f"{link.bucket}/{link.object_key}" if link.bucket else link.host,
        customer=link.customer.name if link.customer else "",
        owner=link.owner.get_full_name() if link.owner else "",
        downloads=told.get("downloads", link.visit_count),
        download_limit=told.get("download_limit", link.download_limit),
        is_used_up=bool(told.get("used_up")),
        is_known=bool(told.get("is_known", True)),
        message=str(told.get("message", "")),
        mail=str(told.get("mail", "")),
    )


# Delivery -------------------------------------------------------------------------------------------------------


def deliver_due(clock: Clock, *, limit: int = 50) -> int:
    """Deliver up to `limit` due letters; how many were taken by the mail server.

    A letter is marked as delivered after it was: who is killed between leaves it to be repeated, under the same
    Message-ID, when the lease has run out.
    """
    set_aside(Letter.objects.all(), clock())
    begin_until = monotonic() + BEGIN_WITHIN
    delivered = _deliver_claimed(Letter.objects.filter(claim_count=0), clock, limit, begin_until)
    # Over these a worker was lost before: each alone, so that it takes no other with it.
    while monotonic() < begin_until and Letter.objects.suspected().due(clock()).exists():
        delivered += _deliver_claimed(Letter.objects.suspected(), clock, 1, begin_until)
    return delivered


def _deliver_claimed(due: LetterQuerySet, clock: Clock, limit: int, begin_until: float) -> int:
    lease_id = due.claim(clock(), limit=limit, lease=LEASE)
    ours = Letter.objects.filter(lease_id=lease_id, due_at__isnull=False)  # which is what the index holds
    # Nobody is reminded of an end that came another way.
    ours.filter(kind=LetterKind.ENDING.value).exclude(where_not_withdrawn("link__")).delete()
    delivered = 0
    for letter in ours.select_related("link__owner", "link__customer", "link__bucket").order_by("due_at", "pk"):
        if monotonic() >= begin_until:
            break
        delivered += _record(letter, _try(letter, clock()), clock()) == "delivered"
    release(ours)
    return delivered


def _try(letter: Letter, now: datetime) -> str:
    """What went wrong; empty where nothing did."""
    try:
        text = compose(letter, now)
    except Exception:  # one letter that cannot be put into words must not silence the others
        log.exception("letter cannot be put into words", letter=letter.pk, kind=letter.kind)
        return NOT_IN_WORDS
    return attempt(lambda: mail.send([letter.to], letter.key.hex, text.subject, text.body))


def _record(letter: Letter, error: str, now: datetime) -> str:
    return record(letter, Letter.objects.all(), error, now, kind=letter.kind)
