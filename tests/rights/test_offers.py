"""What a role may not do it does not see: whatever its pages offer, by a link, a form, a button or a script's request,
is followed, and none of it is refused."""

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest

from tests.rights.attempt import attempt
from tests.rights.world import World

MAX_ALIKE = 2  # pages of rows, which differ in their numbers alone
MAX_QUERIES = 6  # combinations of a list's filters


@dataclass(frozen=True)
class Offer:
    method: str
    address: str
    entered: tuple[tuple[str, str], ...] = ()

    @property
    def shape(self) -> tuple[str, str, frozenset[str]]:
        place = urlsplit(self.address)
        names = frozenset(name for name, _ in (*parse_qsl(place.query, keep_blank_values=True), *self.entered))
        return self.method, re.sub(r"\d+", "N", place.path), names


@dataclass
class _Form:
    method: str
    action: str
    entered: list[tuple[str, str]] = field(default_factory=list)


class _Page(HTMLParser):
    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.address, self.offers, self._form = address, list[Offer](), _Form("GET", "")
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self._add("GET", given["href"])
        if tag == "form":
            self._form = _Form(given.get("method", "get").upper(), given.get("action", ""))
        if tag == "input" and given.get("type") == "hidden":
            self._form.entered.append((given.get("name", ""), given.get("value", "")))
        if "formaction" in given:
            self._add(self._form.method, given["formaction"], *self._form.entered)
        for method in ("get", "post"):
            if address := given.get(f"hx-{method}"):
                self._add(method.upper(), address)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._add(self._form.method, self._form.action, *self._form.entered)

    def _add(self, method: str, address: str, *entered: tuple[str, str]) -> None:
        place = urlsplit(urljoin(self.address, address))
        if not place.netloc and place.path.startswith("/admin/"):
            self.offers.append(Offer(method, place._replace(fragment="").geturl(), entered if method == "POST" else ()))


def follow_all(world: World) -> Iterator[tuple[Offer, str, str]]:
    """Each offer that is come to from the front page, what came of it, and the page where it stands."""
    client, seen = world.sign_in(), Counter[object]()
    waiting = deque([(Offer("GET", "/admin/"), "")])
    while waiting:
        offer, where = waiting.popleft()
        place = offer.shape[:2]
        if seen[offer.shape] >= MAX_ALIKE or seen[place] >= MAX_QUERIES:
            continue
        seen[offer.shape] += 1
        seen[place] += 1
        word, answer = attempt(client, world.stores, offer.method, offer.address, dict(offer.entered))
        yield offer, word, where
        if answer.status_code in (301, 302):
            waiting.append((Offer("GET", urljoin(offer.address, answer["Location"])), offer.address))
        elif offer.method == "GET" and answer["Content-Type"].startswith("text/html") and not answer.streaming:
            waiting.extend((found, offer.address) for found in _Page(offer.address, answer.content.decode()).offers)


@pytest.mark.parametrize(
    ("name", "at_least"),
    [("staff", 4), ("maker", 60), ("manager", 90), ("keeper", 50), ("auditor", 50), ("superuser", 130)],
)
def test_nothing_that_is_offered_is_refused(name: str, at_least: int, build: Callable[[str], World]) -> None:
    followed = list(follow_all(build(name)))
    refused = [
        f"{offer.method} {offer.address}: {word} (on {where})"
        for offer, word, where in followed
        if word in ("login", "400", "403", "404", "405", "500") or "and yet" in word
    ]
    assert not refused, "\n".join(refused)
    assert len(followed) >= at_least
