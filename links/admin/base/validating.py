"""How many links of a page are being validated: a line that renews itself, with what it finds, until it is done.

A script asks every few seconds. In a list nothing but the line and a link's cells is touched: boxes stay ticked, and
the focus where it is. On a link's page all that a validation changes is shown anew at the end. Without a script the
line says to reload.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString

from links.admin.base.badges import of_link
from links.admin.base.columns import show_age, show_failure, show_renewable
from links.admin.base.pages import may_view, render_page, require, staff_user
from links.domain.row_numbers import read_number
from links.models import ShareLink
from links.queries.link_state import read_state

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
    done = [link for link in links if not _is_waiting(link, now)]
    is_list = request.GET.get("place") == "list"
    cells = [cell for link in done for cell in _renew(link, now, is_list=is_list)]
    page = done[0] if done and request.GET.get("place") == "page" else None
    answer = render_page(
        request,
        "sharelink/validating_count",
        ShareLink,
        title="",
        validating=left,
        is_renewed=True,
        cells=cells,
        page=page,
    )
    answer.status_code = 200 if count else DONE
    return answer


def show_state(link: ShareLink, now: datetime, *, is_renewed: bool = False) -> SafeString:
    badge = of_link(read_state(link, now), link.findings)
    return show_renewable("state", link, badge, is_renewed=is_renewed)


def _renew(link: ShareLink, now: datetime, *, is_list: bool) -> list[SafeString]:
    """Its state wherever it stands; in the list of links also what stands beside it."""
    state = show_state(link, now, is_renewed=True)
    if not is_list:
        return [state]
    return [
        state,
        show_renewable("fails", link, show_failure(link, now), is_renewed=True),
        show_renewable("seen", link, show_age(link.validated_at, now), is_renewed=True),
    ]


def _is_waiting(link: ShareLink, now: datetime) -> bool:
    return link.due_at is not None and now - PATIENCE <= link.due_at <= now
