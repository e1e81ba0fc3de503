"""The states of pages that are not their calm one: a bad day, links that are over, refused forms, nothing to show."""

from playwright.sync_api import Page

from demo.seed import MAKER
from tests.browser.acting import sign_in
from tests.browser.pages.gallery import Gallery, Show


def show(address: str, kind: str) -> Show:
    """A page of staff's about a row of the bad day."""
    return lambda page, gallery: page.goto(f"/admin/{address}".format(gallery.bad_day()[kind]))


def show_long_url(page: Page, gallery: Gallery) -> None:
    show("links/sharelink/{}/change/", "link")(page, gallery)
    page.locator("form[action$='/url/'] button").click()


BAD_DAY: dict[str, Show] = {
    "the front page of a bad day": show("", "link"),
    "the links of a bad day": show("links/sharelink/", "link"),
    "the incidents of a bad day": show("links/incident/", "link"),
    "an incident of a bad day": show("links/incident/{}/change/", "incident"),
    "a broken link": show("links/sharelink/{}/change/", "link"),
    "a broken link, edited": show("links/sharelink/{}/edit/", "link"),
    "a broken link, shown again": show_long_url,
    "a long time request": show("links/timerequest/{}/change/", "asked"),
    "a long customer": show("links/customer/{}/change/", "customer"),
    "a long key": show("links/signingkey/", "link"),
    "nothing there, on a bad day": show("links/nowhere/", "link"),
}
"""An alarm above each, a flood of incidents, and names as long as they get."""


def show_over(kind: str, page_of: str = "change") -> Show:
    return lambda page, gallery: page.goto(f"/admin/links/sharelink/{gallery.link(kind).number}/{page_of}/")


def refuse(address: str, **entered: str) -> Show:
    """A form of staff's that is sent as it came, but for what is entered."""

    def send(page: Page, _gallery: Gallery) -> None:
        page.goto(f"/admin/{address}")
        for name, value in entered.items():
            page.locator(f"main [name={name}]").fill(value)
        page.locator("main form:is(.sheet, #link-form) button.primary").first.click()
        page.locator(".errornote, .errorlist").first.wait_for()

    return send


STAFF_STATES: dict[str, Show] = {
    "an ended link": show_over("ended"),
    "a revoked link": show_over("revoked"),
    "a used up link": show_over("used up"),
    "reviving a revoked link": show_over("revoked", "end"),
    "reviving a used up link": show_over("used up", "end"),
    "a refused link": refuse("links/sharelink/add/", lifetime="for ever"),
    "a refused URL": refuse("links/sharelink/watch/", url="no URL"),
    "a refused customer": refuse("links/customer/add/", mail="nowhere"),
    "a refused bucket": refuse("links/bucket/add/"),
    "a refused key": refuse("links/signingkey/add/", access_key_id="AKIA"),
    "a refused end": refuse("links/sharelink/1/end/", lifetime="for ever"),
}


def show_newcomers(address: str) -> Show:
    """What a link maker sees who has made nothing yet."""

    def look(page: Page, gallery: Gallery) -> None:
        sign_in(page, MAKER, gallery.demo.user[1])
        page.goto(f"/admin/{address}")

    return look


EMPTY_PAGES: dict[str, Show] = {
    "a newcomer's front page": show_newcomers(""),
    "a newcomer's links": show_newcomers("links/sharelink/"),
}


def show_long_end(page: Page, gallery: Gallery) -> None:
    gallery.bad_day()
    page.goto(gallery.link("long and over").url)


CUSTOMER_STATES: dict[str, Show] = {
    "a long link that is over": show_long_end,
}
