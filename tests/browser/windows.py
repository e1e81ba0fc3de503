"""Browsers of readers, and windows that stay open from one test to the next.

Chromium starts a process for each new context, which takes as long as the page that is then looked at: a test that only
looks needs none of its own.
"""

from typing import Protocol

from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from demo.running import RunningDemo
from tests.browser.looks import Look
from tests.browser.watching import Watch
from tests.waiting import TIMEOUT_SECONDS

TIMEOUT_MILLISECONDS = TIMEOUT_SECONDS * 1000
"""Milliseconds after which a page is not what a test waits for it to be."""


def set_timeout() -> None:
    """Playwright's own five seconds are soon over on a machine that is busy with ten other things."""
    expect.set_options(timeout=TIMEOUT_MILLISECONDS)


def open_reader(
    browser: Browser, demo: RunningDemo, look: Look, kept: StorageState | None
) -> tuple[BrowserContext, Watch]:
    """The browser of one reader, who is signed in where `kept` says so."""
    context = browser.new_context(**look.context, storage_state=kept, base_url=demo.url)
    context.set_default_timeout(TIMEOUT_MILLISECONDS)
    return context, Watch(context, demo.url, demo.store_url)


class OpenWindow(Protocol):
    def __call__(self, look: Look, *, staff: bool) -> tuple[Page, Watch]: ...


class Windows:
    """One window for each look, and for staff and strangers each."""

    def __init__(self, browser: Browser, demo: RunningDemo, signed_in: StorageState) -> None:
        self._browser = browser
        self._demo = demo
        self._signed_in = signed_in
        self._opened: dict[tuple[Look, bool], tuple[Page, Watch]] = {}

    def open(self, look: Look, *, staff: bool) -> tuple[Page, Watch]:
        """A stranger's comes without cookies every time: nobody knows who looked through it before."""
        if (look, staff) not in self._opened:
            kept = self._signed_in if staff else None
            context, watch = open_reader(self._browser, self._demo, look, kept)
            self._opened[look, staff] = context.new_page(), watch
        page, watch = self._opened[look, staff]
        if not staff:
            page.context.clear_cookies()
        return page, watch

    def take_complaints(self) -> list[str]:
        """Those since this was called last, of every window."""
        return [complaint for _, watch in self._opened.values() for complaint in watch.take()]

    def close(self) -> None:
        for page, _ in self._opened.values():
            page.context.close()
        assert self.take_complaints() == []
