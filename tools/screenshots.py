"""The pictures in docs/images/, taken anew from a demo that is started for them: `make screenshots`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from demo import samples
from demo.running import RunningDemo
from tests.browser.acting import examine, make, sign_in
from tests.browser.arranging import MANGLED, let_end, make_link, settle
from tests.browser.looks import PHONE, Look
from tools import chromium

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
PASSWORD = "harbour at dusk"  # noqa: S105  opens a sample
PICTURE = Look("picture", 1200, 800, zone="Asia/Tokyo")


class Photographer:
    def __init__(self, browser: Browser, demo: RunningDemo) -> None:
        self._browser, self._demo = browser, demo

    def take(self, name: str, show: Callable[[Page], object], look: Look = PICTURE, *, staff: bool = True) -> None:
        """Show something, and keep what is seen of it on the first screen."""
        with self._browser.new_context(**look.context, base_url=self._demo.url) as context:
            page = context.new_page()
            if staff:
                sign_in(page, *self._demo.user)
            show(page)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=IMAGES / f"{name}.png")


def main() -> int:
    path = chromium.find()
    if path is None:
        sys.stderr.write("This needs a Chromium. On Debian and Ubuntu: apt install chromium\n")
        return 2
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        RunningDemo(Path(folder) / "demo") as demo,
        sync_playwright() as playwright,
        chromium.launch(playwright, path) as browser,
    ):
        take_all(Photographer(browser, demo), demo)
    return 0


def take_all(photographer: Photographer, demo: RunningDemo) -> None:
    settle(demo)
    locked = make_link(demo, samples.REPORT, "--title", "Annual report 2026", "--downloads", "3", password=PASSWORD)
    ended = make_link(demo, samples.CATALOGUE)
    let_end(demo, ended)
    photographer.take("front-page", lambda page: page.goto("/admin/"))
    photographer.take("front-page-phone-dark-ja", lambda page: page.goto("/admin/"), PHONE)
    photographer.take("links", lambda page: page.goto("/admin/links/sharelink/"))
    photographer.take("make-a-link", fill_in)
    photographer.take("hand-it-over", lambda page: make(page, samples.REPORT))
    photographer.take("link-at-risk", lambda page: page.goto("/admin/links/sharelink/5/change/"))
    photographer.take("doctor", lambda page: examine(page, MANGLED))
    photographer.take("customer-page", lambda page: page.goto(locked.url), staff=False)
    photographer.take("customer-page-ended-ja", lambda page: page.goto(ended.url), PHONE, staff=False)


def fill_in(page: Page) -> None:
    page.goto("/admin/links/sharelink/add/")
    page.locator("#id_object_key").fill(samples.REPORT)
    page.get_by_role("button", name="1 year").click()
    page.locator("#promise .until").wait_for()


if __name__ == "__main__":
    sys.exit(main())
