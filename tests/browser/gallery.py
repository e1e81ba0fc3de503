"""Every page that a reader can come to, staff's and customers', with something on it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from demo import samples
from demo.running import RunningDemo
from tests.browser.acting import examine, make
from tests.browser.arranging import MANGLED, MadeLink, let_end, make_link

PASSWORD = "harbour at dusk"
DESK_PAGES = {
    "front page": "",
    "links": "links/sharelink/",
    "links, filtered": "links/sharelink/?state=broken",
    "links, none": "links/sharelink/?q=nothing+is+called+so",
    "a link": "links/sharelink/1/change/",
    "a link at risk": "links/sharelink/5/change/",
    "a link's history": "links/sharelink/1/history/",
    "change an end": "links/sharelink/1/end/",
    "edit a link": "links/sharelink/1/edit/",
    "hand a link": "links/sharelink/1/hand/",
    "revoke a link": "links/sharelink/1/revoke/",
    "a page that is not there": "links/nowhere/",
    "make a link": "links/sharelink/add/",
    "browse": "links/sharelink/browse/",
    "watch a URL": "links/sharelink/watch/",
    "watch many": "links/sharelink/watch/many/",
    "doctor": "links/doctor/",
    "incidents": "links/incident/",
    "an incident": "links/incident/1/change/",
    "time requests": "links/timerequest/",
    "customers": "links/customer/",
    "add a customer": "links/customer/add/",
    "a customer": "links/customer/1/change/",
    "buckets": "links/bucket/",
    "add a bucket": "links/bucket/add/",
    "a bucket": "links/bucket/1/change/",
    "signing keys": "links/signingkey/",
    "add a key": "links/signingkey/add/",
    "a key": "links/signingkey/1/change/",
    "rotate a key": "links/signingkey/1/rotate/",
    "visits": "links/visit/",
    "letters": "links/letter/",
    "notices": "links/notice/",
    "validations": "links/validation/",
    "users": "auth/user/",
    "add a user": "auth/user/add/",
    "a user": "auth/user/1/change/",
    "roles": "auth/group/",
    "a role": "auth/group/1/change/",
    "change password": "password_change/",
}


@dataclass
class Gallery:
    """What hangs in it is made once, when it is first asked for."""

    demo: RunningDemo
    _made: dict[str, MadeLink] = field(default_factory=dict)

    def link(self, kind: str) -> MadeLink:
        if kind not in self._made:
            self._made[kind] = _MAKERS[kind](self.demo)
        return self._made[kind]


def _make_ended(demo: RunningDemo) -> MadeLink:
    link = make_link(demo)
    let_end(demo, link)
    return link


_MAKERS: dict[str, Callable[[RunningDemo], MadeLink]] = {
    "locked": lambda demo: make_link(demo, samples.REPORT, "--customer", "Example Ltd.", password=PASSWORD),
    "limited": lambda demo: make_link(demo, samples.CATALOGUE, "--downloads", "2"),
    "ended": _make_ended,
    "not yet": lambda demo: make_link(demo, samples.REPORT, "--not-before", "2027-01-15 09:00", lifetime="1 year"),
}


def show_locked(page: Page, gallery: Gallery) -> None:
    page.goto(gallery.link("locked").url)


def show_wrong_password(page: Page, gallery: Gallery) -> None:
    show_locked(page, gallery)
    page.locator("#password").fill("not the password")
    page.locator("main button").click()


def show_ready(page: Page, gallery: Gallery) -> None:
    page.goto(gallery.link("limited").url)
    with page.expect_download():
        page.locator("main button").click()


def show_ended(page: Page, gallery: Gallery) -> None:
    page.goto(gallery.link("ended").url)


def show_asked(page: Page, gallery: Gallery) -> None:
    show_ended(page, gallery)
    page.locator("main button").click()


CUSTOMER_PAGES: dict[str, Callable[[Page, Gallery], object]] = {
    "a page with a button": lambda page, gallery: page.goto(gallery.link("limited").url),
    "a page with a password": show_locked,
    "a wrong password": show_wrong_password,
    "your download starts": show_ready,
    "ended": show_ended,
    "asked for more time": show_asked,
    "not yet": lambda page, gallery: page.goto(gallery.link("not yet").url),
    "unknown": lambda page, _gallery: page.goto("/s/nobody-ever-made-this-one"),
    "a door": lambda page, _gallery: page.goto("/f/nobody-took-this-one"),
    "log in": lambda page, _gallery: page.goto("/admin/login/"),
}


def ask_for_rescue(page: Page) -> None:
    page.goto("/admin/links/sharelink/6/change/")
    page.locator("form[action$='/rescue/'] button").click()


def rescue(page: Page) -> None:
    wished = {"object_key": samples.REPORT, "lifetime": "1d", "delivery": "presigned", "customer": 1}
    page.goto(f"/admin/links/sharelink/add/?{urlencode(wished)}")
    page.locator("#promise .panel-good, #promise .panel-warn").wait_for()
    page.locator("button[name=save]").click()
    page.wait_for_url("**/url/")
    page.locator("main .buttons a").first.click()
    page.locator("form[action$='/rescue/'] button").click()
    page.locator("main form [type=submit]").click()
    page.locator("[id^=text-]").wait_for()


DESK_ACTS: dict[str, Callable[[Page], object]] = {
    "the question before a rescue": ask_for_rescue,
    "the answer to a rescue": rescue,
    "the URL of a link": lambda page: make(page, samples.REPORT),
    "a URL that was read": lambda page: examine(page, MANGLED),
}


@pytest.fixture(scope="session")
def gallery(demo: RunningDemo) -> Gallery:
    hung = Gallery(demo)
    hung.link("locked")  # brings a customer
    return hung
