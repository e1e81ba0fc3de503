"""Every page that customers can come to, and whoever is not signed in."""

from playwright.sync_api import Page

from tests.browser.acting import sign_in
from tests.browser.pages.gallery import Gallery, Show


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
    page.goto(gallery.link("pressed").url)
    with page.expect_download():
        page.locator("main button").click()


def show_asked(page: Page, gallery: Gallery) -> None:
    page.goto(gallery.link("asked for again").url)
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


CUSTOMER_PAGES: dict[str, Show] = {
    "a page with a button": lambda page, gallery: page.goto(gallery.link("limited").url),
    "a page with a password": show_locked,
    "a wrong password": show_wrong_password,
    "too many tries": show_too_many_tries,
    "your download starts": show_ready,
    "ended": lambda page, gallery: page.goto(gallery.link("ended").url),
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
