"""How pages look while an alarm stands above each: see `tests.browser.pages.bad_day`."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Judge
from tests.browser.looks import LOOKS, Look
from tests.browser.pages.gallery import Gallery
from tests.browser.pages.states import BAD_DAY, CUSTOMER_STATES
from tests.browser.windows import OpenWindow

pytestmark = pytest.mark.usefixtures("bad_day")


@pytest.fixture(scope="module")
def bad_day(gallery: Gallery) -> Iterator[None]:
    """While it lasts no other page of the demo is as it was: it has a module of its own."""
    gallery.bad_day()
    yield
    gallery.end_bad_day()


@LOOKS
@pytest.mark.parametrize("name", BAD_DAY)
def test_staffs_pages_on_a_bad_day(
    name: str, look: Look, open_window: OpenWindow, gallery: Gallery, judge: Judge
) -> None:
    page, watch = open_window(look, staff=True)
    BAD_DAY[name](page, gallery)
    page.wait_for_load_state()
    expect(page.locator(".watch-stopped")).to_be_visible()
    judge(page, watch, look)


@LOOKS
@pytest.mark.parametrize("name", CUSTOMER_STATES)
def test_customers_pages_on_a_bad_day(
    name: str, look: Look, open_window: OpenWindow, gallery: Gallery, judge: Judge
) -> None:
    page, watch = open_window(look, staff=False)
    CUSTOMER_STATES[name](page, gallery)
    judge(page, watch, look)
