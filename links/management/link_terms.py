"""The terms of a link as options of a command."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone, translation

from links.domain.promise.terms import TERMS
from links.domain.viewers import OPERATOR
from links.management.base import read_secret, unusable
from links.models import Customer
from links.services.link_terms import Terms
from links.services.people import customers
from links.texts.terms import HELP

_NAMES = {
    "download_limit": "downloads",
    "starts_at": "not-before",
    "is_public": "public",
    "follows_latest": "follow-latest",
    "remind_days": "remind-days",
}
_ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "customer": {"default": "", "metavar": "NAME", "help": "Who the link is for; a new name is added."},
    "filename": {"default": "", "metavar": "NAME", "help": "What it is saved as; else the key's end."},
    "password": {"action": "store_true", "help": "Ask for a password, here or on standard input."},
    "download_limit": {"type": int, "metavar": "N", "help": "How often it may be downloaded in all."},
    "starts_at": {"default": "", "metavar": "TIME", "help": "As in 2026-12-24 18:00 in TIME_ZONE."},
    "slug": {"default": "", "help": "Custom address, under /f/. Needs a password, or --public."},
    "is_public": {"action": "store_true", "help": "Whoever guesses the slug may download."},
    "remind_days": {
        "type": int,
        "metavar": "N",
        "help": "Write to its owner, else to the alert addresses, N days before it expires.",
    },
    "follows_latest": {
        "action": "store_true",
        "help": "Lead to whatever file has this key; else to the one that is there now, or the link stops.",
    },
}
_TERMS = [term.name for term in TERMS if term.name != "notify_downloads"]  # an operator has no mail


def add_terms(parser: CommandParser) -> None:
    """One option for each term. One that `_ARGUMENTS` does not describe is a text, called and explained as in forms."""
    with translation.override(None):
        for name in _TERMS:
            options = _ARGUMENTS.get(name) or {"default": "", "help": str(HELP[name])}
            parser.add_argument(f"--{_option(name)}", **options)


def read_terms(options: Mapping[str, Any]) -> Terms:
    """Raises Failure for what cannot be read."""
    given = {name: options[_option(name).replace("-", "_")] for name in _TERMS}
    for name, argument in _ARGUMENTS.items():
        if argument.get("type") is int and given[name] is not None and given[name] < 1:
            raise unusable(f"--{_option(name)} counts from 1.")
    read: dict[str, Any] = {name: _READ[name](value) if name in _READ else value for name, value in given.items()}
    return Terms(**read)


def _option(name: str) -> str:
    return _NAMES.get(name, name)


def _build_customer(name: str) -> Customer | None:
    return customers.find_or_build(name, timezone.now(), OPERATOR) if name.strip() else None


def _ask_for_password(wanted: bool) -> str | None:
    return read_secret("Password: ") if wanted else None


def _read_moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise unusable(f"--not-before is {text!r}. Write it as in 2026-12-24 18:00.") from None
    return moment if moment.tzinfo else timezone.make_aware(moment, timezone.get_default_timezone())


_READ: Mapping[str, Callable[[Any], object]] = {
    "customer": _build_customer,
    "password": _ask_for_password,
    "starts_at": _read_moment,
    "slug": str.lower,
}
