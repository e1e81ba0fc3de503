"""How many links of a page are being validated: a line that renews itself, with their states, until it is done.

A script asks every few seconds. Nothing but the line and the states is touched: boxes stay ticked, and the focus where
it is. Without a script the line says to reload.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString

from links.admin.base.badges import show_state
from links.admin.base.pages import may_view, render_page, require, staff_user
from links.domain.row_numbers import read_number
from links.models import ShareLink

MAX_LINKS = 500  # that one page asks about
PATIENCE = timedelta(minutes=5)  # then it is left to whoever reads how monitoring fares
DONE = 286  # htmx's own: what was asked every few seconds is asked no more


@dataclass(frozen=True, slots=True)
class Validating:
    """`numbers` are those that are being validated."""

    numbers: str
    count: int


def find_validating(links: Iterable[ShareLink], now: datetime) -> Validating | None:
    """Those that are due, or that a worker asks about at this moment; None where there are none, or too many."""
    waiting = [str(link.pk) for link in links if _is_waiting(link, now)]
    return Validating(",".join(waiting), len(waiting)) if 0 < len(waiting) <= MAX_LINKS else None


def renew_validating(request: HttpRequest) -> HttpResponse:
    """Nothing where as many wait as the page says; else how many, and the states of those that wait no longer."""
    require(may_view(request, ShareLink))
    now, asked = timezone.now(), request.GET.get("links", "").split(",")[:MAX_LINKS]
    numbers = [number for number in map(read_number, asked) if number is not None]
    links = list(ShareLink.objects.filter(pk__in=numbers).seen_by(staff_user(request)))
    left = find_validating(links, now)
    count = left.count if left else 0
    if str(count) == request.GET.get("left"):
        return HttpResponse(status=204)
    states: list[SafeString] = [show_state(link, now, is_renewed=True) for link in links if not _is_waiting(link, now)]
    answer = render_page(
        request, "sharelink/validating_count", ShareLink, title="", validating=left, is_renewed=True, states=states
    )
    answer.status_code = 200 if count else DONE
    return answer


def _is_waiting(link: ShareLink, now: datetime) -> bool:
    return link.due_at is not None and now - PATIENCE <= link.due_at <= now
