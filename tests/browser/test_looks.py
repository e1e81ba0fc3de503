"""How every page looks: to axe, on a phone, in the dark, in both languages."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from demo import samples
from tests.browser.arranging import make_link
from tests.browser.conftest import OpenPage, say
from tests.browser.gallery import ADMIN_ACTIONS, ADMIN_PAGES, CUSTOMER_PAGES, Gallery, gallery
from tests.browser.looks import DESKTOP, PHONE, Look
from tests.browser.watching import Watch
from tests.browser.windows import OpenWindow

__all__ = ["gallery"]

LOOKS = pytest.mark.parametrize("look", [DESKTOP, PHONE], ids=lambda look: look.name)
DARK = 0.2
"""The brightest that a dark page's ground may be, of 1."""


Judge = Callable[[Page, Watch, Look], None]


@pytest.fixture(scope="module")
def counted(pytestconfig: pytest.Config) -> Iterator[list[int]]:
    """The violations of each page that axe looked at."""
    found: list[int] = []
    yield found
    say(pytestconfig, f"axe: {sum(found)} violations on {len(found)} pages")


@pytest.fixture
def judge(counted: list[int]) -> Judge:
    """Whether a page speaks the reader's language, fits their screen, is as dark as they like it, and accessible."""

    def look_at(page: Page, watch: Watch, look: Look) -> None:
        expect(page.locator("html")).to_have_attribute("lang", look.language[:2])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it is wider than the screen"
        assert (find_brightness(page) < DARK) is look.dark
        with watch.deaf():  # axe styles what it measures
            results = Axe().run(page)
        counted.append(results.violations_count)
        assert results.violations_count == 0, results.generate_report()

    return look_at


def find_brightness(page: Page) -> float:
    """Of the page's ground, from 0 for black to 1 for white."""
    return _measure(
        page.evaluate("""[document.body, document.documentElement]
        .map(element => getComputedStyle(element).backgroundColor).find(colour => colour.startsWith("rgb("))""")
    )


def find_ink(text: Locator) -> float:
    """The brightness of its letters."""
    return _measure(text.evaluate("text => getComputedStyle(text).color"))


def _measure(colour: str) -> float:
    red, green, blue = (int(part) for part in re.findall(r"\d+", colour))
    return (red + green + blue) / (3 * 255)


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
def test_the_forms_of_django_fit_a_phone(name: str, look: Look, open_admin: OpenPage, gallery: Gallery) -> None:
    page = open_admin(look)
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
    judge(page, watch, look)


@LOOKS
@pytest.mark.parametrize("name", ADMIN_ACTIONS)
def test_staffs_pages_after_a_press(
    name: str, look: Look, open_window: OpenWindow, gallery: Gallery, judge: Judge
) -> None:
    page, watch = open_window(look, staff=True)
    ADMIN_ACTIONS[name](page, gallery)
    page.wait_for_load_state()
    judge(page, watch, look)


@LOOKS
@pytest.mark.parametrize("name", CUSTOMER_PAGES)
def test_customers_pages(name: str, look: Look, open_window: OpenWindow, gallery: Gallery, judge: Judge) -> None:
    page, watch = open_window(look, staff=False)
    CUSTOMER_PAGES[name](page, gallery)
    judge(page, watch, look)
