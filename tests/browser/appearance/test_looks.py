"""How every page looks, in each of its states of a calm day: to axe, on a phone, in the dark, in both languages."""

from dataclasses import replace
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from demo import samples
from tests.browser.arranging import make_link
from tests.browser.conftest import Judge, OpenPage
from tests.browser.judging import DARK, find_ink, judge_layout
from tests.browser.looks import DESKTOP, LOOKS, PHONE, Look
from tests.browser.pages.customers import CUSTOMER_PAGES
from tests.browser.pages.gallery import Gallery
from tests.browser.pages.staff import ADMIN_ACTIONS, ADMIN_PAGES
from tests.browser.pages.states import EMPTY_PAGES, STAFF_STATES
from tests.browser.windows import OpenWindow


@pytest.mark.parametrize("theme", ["auto", "dark"])
@pytest.mark.parametrize("width", [680, 794, 1123], ids="{} px of paper".format)
def test_paper_is_light_and_as_wide_as_it_is(width: int, theme: str, open_admin: OpenPage, gallery: Gallery) -> None:
    with urlopen(make_link(gallery.demo, samples.REPORT, "--customer", "Example Ltd.").url):
        page = open_admin(replace(DESKTOP, width=width, dark=theme == "auto"))
    page.add_init_script(f"localStorage.setItem('theme', '{theme}')")
    page.goto(f"/admin/{ADMIN_PAGES['a customer, for print']}")
    page.emulate_media(media="print")
    expect(page.locator(".rows")).to_have_count(2)
    edges = page.locator("#content .rows th, #content .rows td").evaluate_all(
        "cells => cells.map(cell => cell.getBoundingClientRect().right)"
    )
    assert edges
    assert max(edges) <= width
    assert page.locator(".rows").first.evaluate("rows => rows.offsetWidth") >= 0.9 * width
    assert {find_ink(text) <= DARK for text in page.locator("#content :is(h1, h2, dt, dd, th, td)").all()} == {True}


@pytest.mark.parametrize("look", [replace(DESKTOP, width=360), PHONE], ids=lambda look: look.language)
@pytest.mark.parametrize("name", ["add a user", "a user", "add a role", "a user's password", "change password"])
def test_the_forms_of_django_fit_a_phone(name: str, look: Look, open_window: OpenWindow, gallery: Gallery) -> None:
    page, _watch = open_window(look, staff=True)
    page.goto(f"/admin/{ADMIN_PAGES[name]}")
    form = page.locator("#content-main").bounding_box()
    assert form
    for field in page.locator("#content-main form :is(input, select, textarea):visible").all():
        box = field.bounding_box()
        assert box
        assert box["x"] + box["width"] <= form["x"] + form["width"]
    first = page.locator(".submit-row > *").first.bounding_box()
    assert first
    assert first["x"] == form["x"]


@pytest.mark.parametrize("name", ["a bucket", "a key", "a link at risk", "an incident", "a customer", "links"])
def test_english_fits_a_phone_too(name: str, open_window: OpenWindow, gallery: Gallery) -> None:
    """Its words are longer than Japanese ones."""
    page, _watch = open_window(replace(DESKTOP, width=360), staff=True)
    page.goto(f"/admin/{ADMIN_PAGES[name]}")
    judge_layout(page)


def test_japanese_breaks_between_phrases(open_page: OpenPage, gallery: Gallery) -> None:
    page = open_page(PHONE)
    CUSTOMER_PAGES["ended"](page, gallery)
    for text in page.locator("main :is(h1, h2, p, button)").all():
        expect(text).to_have_css("word-break", "auto-phrase")


@LOOKS
@pytest.mark.parametrize("name", ADMIN_PAGES)
def test_staffs_pages(name: str, look: Look, open_window: OpenWindow, gallery: Gallery, judge: Judge) -> None:
    page, watch = open_window(look, staff=True)
    page.goto(f"/admin/{ADMIN_PAGES[name]}")
    expect(page).to_have_url(f"/admin/{ADMIN_PAGES[name]}")
    judge(page, watch, look)


@LOOKS
@pytest.mark.parametrize("name", ADMIN_ACTIONS | STAFF_STATES)
def test_staffs_pages_after_a_press(
    name: str, look: Look, open_window: OpenWindow, gallery: Gallery, judge: Judge
) -> None:
    page, watch = open_window(look, staff=True)
    (ADMIN_ACTIONS | STAFF_STATES)[name](page, gallery)
    page.wait_for_load_state()
    judge(page, watch, look)


@LOOKS
@pytest.mark.parametrize("name", CUSTOMER_PAGES | EMPTY_PAGES)
def test_customers_pages(name: str, look: Look, open_window: OpenWindow, gallery: Gallery, judge: Judge) -> None:
    page, watch = open_window(look, staff=False)
    (CUSTOMER_PAGES | EMPTY_PAGES)[name](page, gallery)
    judge(page, watch, look)
