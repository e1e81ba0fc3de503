"""How tests reach the pages of links."""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from links.models import ShareLink
from tests.fixtures import OBJECT, Setup
from tests.markup import tidy

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

LIST = "/admin/links/sharelink/"
ADD = f"{LIST}add/"
SCRIPT = {"HX-Request": "true"}
SignIn = Callable[..., Client]


def page_of(link: ShareLink, page: str = "change") -> str:
    return f"{LIST}{link.pk}/{page}/"


def fill(setup: Setup, **entered: Any) -> dict[str, Any]:
    """The form that makes a link."""
    usual = {"bucket": setup.bucket.pk, "object_key": OBJECT, "lifetime": "30 days", "delivery": "stable"}
    return {**usual, **entered}


def read(client: Client, address: str, **more: Any) -> str:
    answer = client.get(address, more, headers=SCRIPT if more.pop("script", None) else {})
    assert answer.status_code == 200, answer.status_code
    return tidy(answer.content.decode())


def post(client: Client, link: ShareLink, page: str, **entered: str) -> str:
    answer = client.post(page_of(link, page), entered, follow=True)
    link.refresh_from_db()
    return answer.content.decode()


def choose(client: Client, action: str, *links: ShareLink) -> "Answer":
    """Tick these in the list, and choose an action."""
    return client.post(LIST, {"action": action, "_selected_action": [str(link.pk) for link in links]})


def answer(client: Client, page: str, *links: ShareLink, **entered: str) -> list[tuple[int, str]]:
    """What came of each link."""
    shown = client.post(f"{LIST}{page}/", {"selected": ",".join(str(link.pk) for link in links), **entered})
    return [(row.link.pk, row.badge.word) for row in shown.context["page"].rows]


class Filled(HTMLParser):
    """What a browser would send if nothing were changed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, box = given.get("name") or "", given.get("type") == "checkbox"
        self._area = name if tag == "textarea" else ""
        if tag == "input" and name and ("checked" in given or not box):
            self.fields[name] = given.get("value") or ("on" if box else "")

    def handle_data(self, data: str) -> None:
        if self._area:  # the first line break is none of the text's
            self.fields[self._area] = self.fields.get(self._area, "") + data.removeprefix("\n").replace("\n", "\r\n")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  one of the parser's calls
        self._area = ""


def read_form(client: Client, link: ShareLink, page: str = "edit") -> dict[str, str]:
    return Filled(client.get(page_of(link, page)).content.decode()).fields


def count_queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def sign(setup: Setup, seconds: int = 604_800) -> str:
    return setup.s3.presigner(setup.access_key, setup.stored).v4(OBJECT, expires=seconds)


def watch(client: Client, setup: Setup, now: datetime, **entered: str) -> str:
    session = setup.s3.assume_role("app", "session", ends_at=now + timedelta(hours=1))
    url = setup.s3.presigner(session, setup.stored).v4(OBJECT, expires=604800, at=now)
    until = f"{now + timedelta(days=30):%Y-%m-%dT%H:%M}"
    entered = {"url": url, "promised_until": until, "note": "", **entered}
    return client.post(f"{LIST}watch/", entered, follow=True).content.decode()


def press(client: Client, button: str, url: str, promised_until: str) -> str:
    answer = client.post(f"{LIST}watch/", {"url": url, "promised_until": promised_until, button: "1"}, follow=True)
    return unescape(answer.content.decode())
