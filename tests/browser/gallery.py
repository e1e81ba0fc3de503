"""Every page that a reader can come to, staff's and customers', with something on it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page

from demo import samples
from demo.running import RunningDemo
from tests.browser.acting import choose, examine, make, sign_in
from tests.browser.arranging import (
    MANGLED,
    MadeLink,
    add_bucket,
    add_customer,
    add_key,
    ask_for_time,
    let_end,
    make_link,
    run,
)

PASSWORD = "harbour at dusk"
ADMIN_PAGES = {
    "front page": "",
    "all about links": "links/",
    "all about accounts": "auth/",
    "links": "links/sharelink/",
    "links, filtered": "links/sharelink/?state=broken",
    "links, none": "links/sharelink/?q=nothing+is+called+so",
    "a link": "links/sharelink/1/change/",
    "a link at risk": "links/sharelink/5/change/",
    "a link's history": "links/sharelink/1/history/",
    "change an end": "links/sharelink/1/end/",
    "edit a link": "links/sharelink/1/edit/",
    "hand a link": "links/sharelink/1/owner/",
    "revoke a link": "links/sharelink/1/revoke/",
    "a page that is not there": "links/nowhere/",
    "make a link": "links/sharelink/add/",
    "browse": "links/sharelink/browse/",
    "a folder": "links/sharelink/browse/?bucket=1&prefix=reports/",
    "watch a URL": "links/sharelink/watch/",
    "watch many": "links/sharelink/watch/many/",
    "doctor": "links/doctor/",
    "incidents": "links/incident/",
    "an incident": "links/incident/1/change/",
    "time requests": "links/timerequest/",
    "customers": "links/customer/",
    "add a customer": "links/customer/add/",
    "a customer": "links/customer/1/change/",
    "edit a customer": "links/customer/1/edit/",
    "a customer, for print": "links/customer/1/print/",
    "buckets": "links/bucket/",
    "add a bucket": "links/bucket/add/",
    "a bucket": "links/bucket/1/change/",
    "let somebody share": "links/bucket/1/sharing/give/",
    "who may share what": "links/sharepermission/",
    "signing keys": "links/signingkey/",
    "add a key": "links/signingkey/add/",
    "a key": "links/signingkey/1/change/",
    "rotate a key": "links/signingkey/1/rotate/",
    "visits": "links/visit/",
    "link mails": "links/linkmail/",
    "notices": "links/incidentnotice/",
    "validations": "links/validation/",
    "what may not be added": "links/visit/add/",
    "users": "auth/user/",
    "add a user": "auth/user/add/",
    "a user": "auth/user/1/change/",
    "roles": "auth/group/",
    "a role": "auth/group/1/change/",
    "a user's history": "auth/user/1/history/",
    "delete a user": "auth/user/1/delete/",
    "a user's password": "auth/user/1/password/",
    "add a role": "auth/group/add/",
    "delete a role": "auth/group/1/delete/",
    "change password": "password_change/",
    "password changed": "password_change/done/",
}


@dataclass
class Gallery:
    """What hangs in it is made once, when it is first asked for."""

    demo: RunningDemo
    _made: dict[str, MadeLink] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)

    def link(self, kind: str) -> MadeLink:
        if kind not in self._made:
            self._made[kind] = _MAKERS[kind](self.demo)
        return self._made[kind]

    def number(self, kind: str) -> int:
        """Of a row that is no link."""
        if kind not in self._numbers:
            self._numbers[kind] = _ADDERS[kind](self)
        return self._numbers[kind]


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
    "ended": _make_ended,
    "revoked": _make_revoked,
    "used up": _make_used_up,
    "replaced": _make_to("replaced.txt", lambda file: file.write_text("another file of another length")),
    "lost": _make_to("lost.txt", Path.unlink),
    "not yet": lambda demo: make_link(demo, samples.REPORT, "--not-before", "2027-01-15 09:00", lifetime="1 year"),
    "asked for": _make_ended,
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


def show_locked(page: Page, gallery: Gallery) -> None:
    page.goto(gallery.link("locked").url)


def show_wrong_password(page: Page, gallery: Gallery) -> None:
    show_locked(page, gallery)
    page.locator("#password").fill("not the password")
    page.locator("main button").click()


def show_too_many_tries(page: Page, gallery: Gallery) -> None:
    page.goto(gallery.link("guessed").url)
    while page.locator("#password").count():
        page.locator("#password").fill("not the password")
        page.locator("main button").click()
        page.wait_for_load_state()


def show_ready(page: Page, gallery: Gallery) -> None:
    page.goto(gallery.link("limited").url)
    with page.expect_download():
        page.locator("main button").click()


def show_ended(page: Page, gallery: Gallery) -> None:
    page.goto(gallery.link("ended").url)


def show_asked(page: Page, gallery: Gallery) -> None:
    show_ended(page, gallery)
    page.locator("main button").click()


def show_logged_out(page: Page, gallery: Gallery) -> None:
    sign_in(page, *gallery.demo.user)
    page.locator("#logout-form button").click()


def show_wrong_sign_in(page: Page, _gallery: Gallery) -> None:
    page.goto("/admin/login/")
    page.locator("#id_username").fill("nobody")
    page.locator("#id_password").fill("nothing")
    page.locator(".submit-row [type=submit]").click()


def show_unchecked_form(page: Page, _gallery: Gallery) -> None:
    page.goto("/admin/login/")
    page.context.clear_cookies()
    page.locator("#id_username").fill("nobody")
    page.locator("#id_password").fill("nothing")
    page.locator(".submit-row [type=submit]").click()


Show = Callable[[Page, Gallery], object]

CUSTOMER_PAGES: dict[str, Show] = {
    "a page with a button": lambda page, gallery: page.goto(gallery.link("limited").url),
    "a page with a password": show_locked,
    "a wrong password": show_wrong_password,
    "too many tries": show_too_many_tries,
    "your download starts": show_ready,
    "ended": show_ended,
    "revoked": lambda page, gallery: page.goto(gallery.link("revoked").url),
    "used up": lambda page, gallery: page.goto(gallery.link("used up").url),
    "replaced": lambda page, gallery: page.goto(gallery.link("replaced").url),
    "failed": lambda page, gallery: page.goto(gallery.link("lost").url),
    "asked for more time": show_asked,
    "not yet": lambda page, gallery: page.goto(gallery.link("not yet").url),
    "unknown": lambda page, _gallery: page.goto("/s/nobody-ever-made-this-one"),
    "a_slug_page": lambda page, _gallery: page.goto("/f/nobody-took-this-one"),
    "log in": lambda page, _gallery: page.goto("/admin/login/"),
    "a wrong name": show_wrong_sign_in,
    "logged out": show_logged_out,
    "a form that could not be checked": show_unchecked_form,
}


def show_promise(page: Page, _gallery: Gallery) -> None:
    page.goto("/admin/links/sharelink/add/")
    page.locator("#id_object_key").fill(samples.REPORT)
    page.locator("#promise .until").wait_for()


def show_known_link(page: Page, gallery: Gallery) -> None:
    page.goto("/admin/links/sharelink/add/")
    page.locator("#id_object_key").fill(gallery.link("locked").url)
    page.locator("button[name=save]").click()


def show_browser(page: Page, _gallery: Gallery) -> None:
    page.goto("/admin/links/sharelink/add/")
    page.locator(".beside-field .button").click()
    page.locator("#browser li").first.wait_for()


def show_many_refused(page: Page, gallery: Gallery) -> None:
    page.goto("/admin/links/sharelink/watch/many/")
    page.locator("#id_lines").fill(f"no URL\n{gallery.link('locked').url} 2030-12-24")
    page.locator("main form.sheet .primary").click()


def show_foreseen_ends(page: Page, _gallery: Gallery) -> None:
    choose(page, "change_end_of_selected", "annual")
    page.locator("#id_lifetime").fill("60 days")
    page.locator("[name=preview]").click()


def show_rescued(page: Page, gallery: Gallery) -> None:
    link = make_link(
        gallery.demo, samples.PHOTO, "--delivery", "presigned", "--customer", "Example Ltd.", lifetime="1 day"
    )
    choose(page, "rescue_selected", str(link.number), at_most=1)
    page.locator("main form.sheet .primary").click()


def show_copies(page: Page, _gallery: Gallery) -> None:
    choose(page, "duplicate_selected", "annual")
    page.locator("main form.sheet .primary").click()


def show_rescue_of_incident(page: Page, _gallery: Gallery) -> None:
    page.goto("/admin/links/sharelink/6/change/")
    page.locator("a[href*='/links/incident/']").last.click()
    page.locator("form[action$='/rescue/'] button").click()


def show_rotated(page: Page, gallery: Gallery) -> None:
    gallery.number("key")
    page.goto("/admin/links/signingkey/")
    page.get_by_role("link", name="Spare", exact=True).last.click()
    page.locator("a[href$='/rotate/']").click()
    page.locator("#id_access_key_id").fill(f"AKIA{token_hex(8).upper()}")
    page.locator("#id_secret").fill("another spare secret")
    page.locator("main form.sheet .primary").click()


def show_tested(page: Page, _gallery: Gallery) -> None:
    page.goto("/admin/links/bucket/1/change/")
    page.locator("form[action$='/test/'] button").click()


def show_own_history(page: Page, _gallery: Gallery) -> None:
    make(page, samples.REPORT)
    page.goto(page.url.replace("/url/", "/history/"))


def ask_for_rescue(page: Page, _gallery: Gallery) -> None:
    page.goto("/admin/links/sharelink/6/change/")
    page.locator("form[action$='/rescue/'] button").click()


ADMIN_ACTIONS: dict[str, Show] = {
    "a promise, while one types": show_promise,
    "a link of ours for a file": show_known_link,
    "browsing beside the form": show_browser,
    "many URLs, refused": show_many_refused,
    "many ends": lambda page, _gallery: choose(page, "change_end_of_selected", "annual"),
    "many ends, foreseen": show_foreseen_ends,
    "many to a colleague": lambda page, _gallery: choose(page, "change_owner_of_selected", "annual"),
    "many copies": lambda page, _gallery: choose(page, "duplicate_selected", "annual"),
    "many copies, made": show_copies,
    "many rescued": show_rescued,
    "many revoked": lambda page, _gallery: choose(page, "revoke_selected", "annual"),
    "many validated": lambda page, _gallery: choose(page, "validate_selected", "annual"),
    "the question before a rescue": ask_for_rescue,
    "the question before an incident's rescue": show_rescue_of_incident,
    "the URL of a link": lambda page, _gallery: make(page, samples.REPORT),
    "a history": show_own_history,
    "a URL that was read": lambda page, _gallery: examine(page, MANGLED),
    "a time request": lambda page, gallery: page.goto(f"/admin/links/timerequest/{gallery.number('question')}/change/"),
    "a bucket, tested": show_tested,
    "a key, rotated": show_rotated,
    "delete a customer": lambda page, gallery: page.goto(f"/admin/links/customer/{gallery.number('customer')}/delete/"),
    "delete a bucket": lambda page, gallery: page.goto(f"/admin/links/bucket/{gallery.number('bucket')}/delete/"),
    "delete a key": lambda page, gallery: page.goto(f"/admin/links/signingkey/{gallery.number('key')}/delete/"),
}


@pytest.fixture(scope="session")
def gallery(demo: RunningDemo) -> Gallery:
    """With a row of each kind."""
    hung = Gallery(demo)
    hung.link("locked")  # brings a customer
    hung.number("question")  # brings a mail
    with suppress(HTTPError), urlopen(hung.link("limited").url):  # brings a visit
        pass
    return hung
