"""The whole product, running, and a real browser to look at it."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright
from xdist.workermanage import WorkerController

from demo.running import RunningDemo
from tests.browser import judging
from tests.browser.acting import sign_in
from tests.browser.arranging import settle
from tests.browser.commands import CommandedDemo
from tests.browser.looks import DESKTOP, Look
from tests.browser.pages.gallery import Gallery, open_gallery
from tests.browser.watching import Watch
from tests.browser.windows import OpenWindow, Windows, open_reader, set_timeout
from tools import chromium

# Each worker of xdist has a demo and a browser of its own.
MISSING = "No Chromium was found, so nothing was tested in a browser. On Debian and Ubuntu: apt install chromium"
CONFIRM_EVERY_SECONDS = 500
_MEASURED = pytest.StashKey[list[str]]()
_MEASURED_BY_WORKER = "measured in a browser"

OpenContext = Callable[..., BrowserContext]
OpenPage = Callable[..., Page]
Judge = Callable[[Page, Watch, Look], None]


def pytest_configure(config: pytest.Config) -> None:
    """In CI it is a failure that there is no browser."""
    if os.environ.get("CI") and not chromium.find() and not config.option.collectonly:
        pytest.exit(MISSING, returncode=1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a browser these tests are skipped, loudly."""
    if chromium.find() or config.option.collectonly:
        return
    for item in items:
        if item.path.is_relative_to(__file__.rpartition("/")[0]):
            item.add_marker(pytest.mark.skip(reason=MISSING))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not chromium.find():
        terminalreporter.write_sep("!", MISSING, red=True, bold=True)
    for line in config.stash.get(_MEASURED, []):
        terminalreporter.write_line(line)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: WorkerController) -> None:
    """What a worker of xdist measured is told by whoever started it; one that died has told nothing."""
    for line in getattr(node, "workeroutput", {}).get(_MEASURED_BY_WORKER, []):
        say(node.config, line)


def say(config: pytest.Config, measured: str) -> None:
    """At the end of the run."""
    if hasattr(config, "workeroutput"):
        config.workeroutput.setdefault(_MEASURED_BY_WORKER, []).append(measured)
    else:
        config.stash.setdefault(_MEASURED, []).append(measured)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    with CommandedDemo(tmp_path_factory.mktemp("demo") / "state") as running:
        settle(running)
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    assert path, MISSING
    set_timeout()
    with sync_playwright() as playwright, chromium.launch(playwright, path) as launched:
        yield launched


@pytest.fixture
def watches() -> Iterator[dict[BrowserContext, Watch]]:
    """Of every browser that the test opens; at its end, none of their pages may have complained."""
    kept: dict[BrowserContext, Watch] = {}
    yield kept
    for context in kept:
        context.close()
    assert [complaint for watch in kept.values() for complaint in watch.complaints] == []


@pytest.fixture
def open_context(browser: Browser, demo: RunningDemo, watches: dict[BrowserContext, Watch]) -> OpenContext:
    """Opens a browser of one reader."""

    def make(look: Look = DESKTOP, kept: StorageState | None = None) -> BrowserContext:
        context, watches_it = open_reader(browser, demo, look, kept)
        watches[context] = watches_it
        return context

    return make


@pytest.fixture
def open_page(open_context: OpenContext) -> OpenPage:
    """Opens a page for somebody whom the site does not know."""
    return lambda look=DESKTOP: open_context(look).new_page()


@pytest.fixture(scope="session")
def signed_in(browser: Browser, demo: RunningDemo) -> StorageState:
    """What the browser of a signed-in member of staff keeps."""
    context, _watch = open_reader(browser, demo, DESKTOP, None)
    with context:
        page = context.new_page()
        sign_in(page, *demo.user)
        return context.storage_state()


@pytest.fixture(scope="session")
def confirmations(browser: Browser, demo: RunningDemo, signed_in: StorageState) -> Callable[[], None]:
    """What keeps the one session of the pass confirmed: a person is asked again after a quarter of an hour."""
    last = time.monotonic()

    def renew() -> None:
        nonlocal last
        if time.monotonic() - last < CONFIRM_EVERY_SECONDS:
            return
        context, _watch = open_reader(browser, demo, DESKTOP, signed_in)
        with context:
            page = context.new_page()
            page.goto("/admin/confirm/?fully=1")
            page.locator("#id_password").fill(demo.user[1])
            page.locator("main form.sheet [type=submit]").click()
            page.wait_for_url("**/admin/")
        last = time.monotonic()

    return renew


@pytest.fixture
def open_admin(open_context: OpenContext, signed_in: StorageState, confirmations: Callable[[], None]) -> OpenPage:
    """Opens a page for a member of staff who may do everything."""
    confirmations()
    return lambda look=DESKTOP: open_context(look, signed_in).new_page()


@pytest.fixture(scope="session")
def windows(browser: Browser, demo: RunningDemo, signed_in: StorageState) -> Iterator[Windows]:
    with closing(Windows(browser, demo, signed_in)) as opened:
        yield opened


@pytest.fixture
def open_window(windows: Windows, confirmations: Callable[[], None]) -> Iterator[OpenWindow]:
    """The window of a member of staff, or of somebody whom the site does not know, in which one page after another is
    looked at; at the test's end, none may have complained."""
    confirmations()
    yield windows.open
    assert windows.take_complaints() == []


@pytest.fixture
def staff_page(open_window: OpenWindow) -> Iterator[Page]:
    """A new tab of such a window: a browser of its own takes Chromium as long as what most tests do with it."""
    window, _watch = open_window(DESKTOP, staff=True)
    page = window.context.new_page()
    yield page
    page.close()


@pytest.fixture(scope="session")
def gallery(demo: RunningDemo) -> Gallery:
    return open_gallery(demo)


@pytest.fixture(scope="session")
def judge(windows: Windows, pytestconfig: pytest.Config) -> Iterator[Judge]:
    """Whether a page speaks the reader's language, fits their screen, is as dark as they like it, and accessible."""
    violations: list[int] = []

    @cache
    def find_height(look: Look) -> float | None:
        page = windows.open(look, staff=True)[0].context.new_page()
        page.goto("/admin/links/sharelink/")
        height = judging.find_sidebar_top(page)
        page.close()
        return height

    def look_at(page: Page, watch: Watch, look: Look) -> None:
        judging.judge_look(page, look)
        judging.judge_layout(page)
        judging.judge_buttons(page)
        judging.judge_dates(page)
        if height := judging.find_sidebar_top(page):
            assert height == find_height(look), "the side bar stands where it does beside the links"
        violations.append(judging.count_violations(page, watch))

    yield look_at
    say(pytestconfig, f"axe: {sum(violations)} violations on {len(violations)} pages")
