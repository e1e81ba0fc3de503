"""What a record tells of a link's columns: names for numbers, and of a password whether there is one."""

from collections.abc import Iterable, Mapping
from typing import TypedDict

from links.domain.audit.acts import Act
from links.domain.audit.values import keep_changed, split_personal
from links.domain.promise.terms import TERMS
from links.models import ShareLink
from links.services.audit.recording import gather, record
from links.services.audit.subjects import Subject, describe
from links.texts.people import name_account

_BESIDE_TERMS = ("lifetime", "asked_until", "promised_until", "revoked_at", "version_id", "rescued_by_id")
RECORDED = (*(term.name for term in TERMS), *_BESIDE_TERMS)


def read_values(link: ShareLink, names: Iterable[str] = RECORDED) -> dict[str, object]:
    """The columns of these names that records tell of, by name."""
    return {name: value for column in names if column in RECORDED for name, value in _read(link, column).items()}


def read_new(link: ShareLink) -> dict[str, object]:
    """What is told of a link that was just made: all that is not empty."""
    made = {
        "delivery": link.delivery,
        "object_key": link.object_key,
        "bucket": link.bucket.name if link.bucket else "",
        "host": link.host,
        **read_owner(link),
        **read_values(link),
    }
    return {name: value for name, value in made.items() if value not in (None, "", False)}


def read_owner(link: ShareLink) -> dict[str, object]:
    return {"owner": name_account(link.owner) if link.owner else ""}


class Difference(TypedDict):
    before: dict[str, object]
    after: dict[str, object]


def read_difference(link: ShareLink, before: Mapping[str, object], names: Iterable[str]) -> Difference:
    """What is otherwise now; a password that took another's place is a change that no truth value tells."""
    after = read_values(link, names)
    if "has_password" in before:
        after["password_changed"] = True
    was, now_is = keep_changed(before, after)
    return {"before": was, "after": now_is}


def record_change(act: Act, was: Subject, link: ShareLink, change: Difference) -> None:
    """Of a link that was described before as `was`. One record; two where another customer took the first one's place,
    each with what tells of its own customer alone: to erase one of them leaves nothing of theirs, and takes nothing of
    the other's along."""
    now_is = describe(link)
    if was.customer is None or now_is.customer in (was.customer, None):
        record(act, now_is if was.customer is None else was, **change)
        return
    kept, personal = split_personal(change["before"])
    with gather():
        number_was = {"customer_number": was.customer}
        record(act, was, before={**personal, **number_was}, after={"customer_number": now_is.customer})
        record(act, now_is, before=kept, after=change["after"])


def _read(link: ShareLink, column: str) -> dict[str, object]:
    value = getattr(link, column)
    if column == "password":
        return {"has_password": bool(value)}
    if column == "customer":
        return {"customer": value.name if value else "", "customer_number": value.pk if value else None}
    return {column: value}
