"""The rows that pages are about, each made once, when it is first asked for."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from playwright.sync_api import Page

from demo import samples
from demo.running import RunningDemo
from tests.browser.acting import choose
from tests.browser.arranging import (
    MadeLink,
    add_bucket,
    add_customer,
    add_key,
    ask_for_time,
    in_days,
    let_end,
    make_link,
    run,
)

PASSWORD = "harbour at dusk"
PAIR = "PAIR-1"
"""The reference of two links, by which staff find them."""
_BAD_DAY = "import json; from tests.browser.pages import bad_day"


@dataclass
class Gallery:
    """What hangs in it is made once, when it is first asked for."""

    demo: RunningDemo
    _made: dict[str, MadeLink] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)
    _bad_day: dict[str, int] = field(default_factory=dict)

    def link(self, kind: str) -> MadeLink:
        if kind not in self._made:
            self._made[kind] = _MAKERS[kind](self.demo)
        return self._made[kind]

    def choose_two(self, page: Page, action: str) -> None:
        """Links that nothing else happens to, and an action on them."""
        self.link("one of two")
        self.link("the other of two")
        choose(page, action, PAIR)

    def number(self, kind: str) -> int:
        """Of a row that is no link."""
        if kind not in self._numbers:
            self._numbers[kind] = _ADDERS[kind](self)
        return self._numbers[kind]

    def bad_day(self) -> dict[str, int]:
        """Its rows, by kind. It lasts until `end_bad_day`, and is as bad as ever each time it is asked for."""
        if self._bad_day:
            run(self.demo, f"{_BAD_DAY}; bad_day.let_wait({self._bad_day['link']})")
        else:
            numbers = f"{self.link('broken').number}, {self.link('long and over').number}"
            self._bad_day = json.loads(run(self.demo, f"{_BAD_DAY}; print(json.dumps(bad_day.begin({numbers})))"))
        return self._bad_day

    def end_bad_day(self) -> None:
        if self._bad_day:
            run(self.demo, f"{_BAD_DAY}; bad_day.end({self._bad_day['link']})")
            self._bad_day.clear()


def _make_ended(demo: RunningDemo) -> MadeLink:
    link = make_link(demo)
    let_end(demo, link)
    return link


def _make_revoked(demo: RunningDemo) -> MadeLink:
    link = make_link(demo)
    run(demo, f"ShareLink.objects.filter(pk={link.number}).update(revoked_at=timezone.now())")
    return link


def _make_used_up(demo: RunningDemo) -> MadeLink:
    link = make_link(demo, samples.REPORT, "--downloads", "1")
    run(demo, f"ShareLink.objects.filter(pk={link.number}).update(visit_count=1)")
    return link


def _make_to(name: str, afterwards: Callable[[Path], object]) -> Callable[[RunningDemo], MadeLink]:
    """A link to a file of its own, to which something happens then."""

    def make(demo: RunningDemo) -> MadeLink:
        file = demo.objects / samples.BUCKET / "reports" / name
        file.write_text("here it is")
        link = make_link(demo, f"reports/{name}")
        afterwards(file)
        return link

    return make


_MAKERS: dict[str, Callable[[RunningDemo], MadeLink]] = {
    "locked": lambda demo: make_link(demo, samples.REPORT, "--customer", "Example Ltd.", password=PASSWORD),
    "guessed": lambda demo: make_link(demo, samples.REPORT, password=PASSWORD),
    "limited": lambda demo: make_link(demo, samples.CATALOGUE, "--downloads", "2"),
    "pressed": lambda demo: make_link(demo, samples.CATALOGUE, "--downloads", "2"),
    "ended": _make_ended,
    "revoked": _make_revoked,
    "used up": _make_used_up,
    "replaced": _make_to("replaced.txt", lambda file: file.write_text("another file of another length")),
    "lost": _make_to("lost.txt", Path.unlink),
    "not yet": lambda demo: make_link(
        demo, samples.REPORT, "--not-before", f"{in_days(30):%Y-%m-%d %H:%M}", lifetime="1 year"
    ),
    "asked for": _make_ended,
    "asked for again": _make_ended,
    "one of two": lambda demo: make_link(demo, samples.REPORT, "--reference", PAIR),
    "the other of two": lambda demo: make_link(demo, samples.REPORT, "--reference", PAIR),
    "broken": make_link,
    "long and over": _make_ended,
}


def _ask(gallery: Gallery) -> int:
    """Of a link whose owner is written to."""
    link = gallery.link("asked for")
    run(gallery.demo, f"ShareLink.objects.filter(pk={link.number}).update(owner=1)")
    return ask_for_time(gallery.demo, link)


_ADDERS: dict[str, Callable[[Gallery], int]] = {
    "question": _ask,
    "customer": lambda gallery: add_customer(gallery.demo, "Nobody Ltd."),
    "key": lambda gallery: add_key(gallery.demo, "Spare"),
    "bucket": lambda gallery: add_bucket(gallery.demo, "spare-files"),
}


Show = Callable[[Page, Gallery], object]
"""Leads a reader to a page."""


def open_gallery(demo: RunningDemo) -> Gallery:
    """With a row of each kind."""
    opened = Gallery(demo)
    opened.link("locked")  # brings a customer
    opened.number("question")  # brings a mail
    with suppress(HTTPError), urlopen(opened.link("limited").url):  # brings a visit
        pass
    return opened
