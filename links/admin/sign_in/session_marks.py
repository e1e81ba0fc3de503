"""What a session keeps of its beginning: where and in which browser, for its owner to read; and when its owner last
said who they are."""

from dataclasses import dataclass

import ua_parser
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from links.domain.visits.previews import MAX_AGENT_LENGTH
from links.domain.visits.sign_in_limits import SignInKind
from links.models.people.sessions import ADDRESS, BROWSER, SessionStore
from links.services.addresses import keep_address

CONFIRMED_AT = "confirmed-at"
FULLY_CONFIRMED_AT = "fully-confirmed-at"
"""By everything that they have: the password, and the second factor."""

SIGNED_IN_BY = "signed-in-by"
"""The `SignInKind` by which it began, where that was no password."""

HAS_FACTOR = "second-factor"
"""Whether a second factor was proved in it."""

LET_IN_UNASKED = "let-in-unasked"
"""Somebody vouched for them who does not say when it asked them, and they have nothing to confirm by here."""


@dataclass(frozen=True, slots=True)
class Voucher:
    """Who let somebody in, where nothing was asked of them here. `asked_at` is when it had them prove who they are, in
    seconds since 1970; None where it does not say."""

    kind: SignInKind
    asked_at: float | None = None


@receiver(user_logged_in, dispatch_uid="links.admin.sign_in")
def describe_session(request: HttpRequest | None = None, **_signal: object) -> None:
    """However somebody signs in, where sessions are ours: a project whose staff pages are its own may have others."""
    if request is None or not isinstance(getattr(request, "session", None), SessionStore):
        return
    request.session[ADDRESS] = keep_address(str(request.META.get("REMOTE_ADDR", "")))
    request.session[BROWSER] = name_browser(request.META.get("HTTP_USER_AGENT", ""))
    mark_confirmed(request, fully=True)


def mark_confirmed(request: HttpRequest, *, fully: bool) -> None:
    """A session that is worth more from now on has a key that nobody can have learnt before."""
    session, now = request.session, timezone.now().timestamp()
    assert isinstance(session, SessionStore)  # noqa: S101  as `SESSION_ENGINE` says
    session.change_key()
    session.pop(LET_IN_UNASKED, None)
    request.session[CONFIRMED_AT] = now
    if fully:
        request.session[FULLY_CONFIRMED_AT] = now


def mark_vouched(request: HttpRequest, voucher: Voucher, *, can_confirm: bool) -> None:
    """Being let in again is no confirmation: whoever sits before an open browser is let in, too. What counts is when
    they were asked. Where nobody says so, they confirm here, if they have anything to confirm by."""
    now = timezone.now().timestamp()
    request.session[SIGNED_IN_BY] = voucher.kind.value
    asked_at = voucher.asked_at
    if asked_at is None and not can_confirm:
        asked_at, request.session[LET_IN_UNASKED] = now, True
    for mark in (CONFIRMED_AT, FULLY_CONFIRMED_AT):
        request.session.pop(mark, None)
        if asked_at is not None:
            request.session[mark] = min(asked_at, now)


def name_browser(agent: str) -> str:
    """As in "Firefox, Windows": enough for its owner."""
    if not agent:
        return ""
    found = ua_parser.parse(agent[:MAX_AGENT_LENGTH])
    names = [part.family for part in (found.user_agent, found.os) if part and part.family != "Other"]
    return ", ".join(names)[:80]
