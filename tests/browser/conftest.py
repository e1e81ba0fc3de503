"""The whole product, running, and a real browser to look at it."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

from demo.running import RunningDemo
from tests.browser import judging
from tests.browser.acting import sign_in
from tests.browser.commands import CommandedDemo
from tests.browser.looks import DESKTOP, Look
from tests.browser.pages.gallery import Gallery, open_gallery
from tests.browser.watching import Watch
from tests.browser.windows import OpenWindow, Windows
from tools import chromium

MISSING = "No Chromium was found, so nothing was tested in a browser. On Debian and Ubuntu: apt install chromium"
_MEASURED = pytest.StashKey[list[str]]()

OpenContext = Callable[..., BrowserContext]
OpenPage = Callable[..., Page]
Judge = Callable[[Page, Watch, Look], None]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a browser these tests are skipped, loudly; in CI that is a failure."""
    if chromium.find() or config.option.collectonly:
        return
    if os.environ.get("CI"):
        pytest.exit(MISSING, returncode=1)
    for item in items:
        if item.path.is_relative_to(__file__.rpartition("/")[0]):
            item.add_marker(pytest.mark.skip(reason=MISSING))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not chromium.find():
        terminalreporter.write_sep("!", MISSING, red=True, bold=True)
    for line in config.stash.get(_MEASURED, []):
        terminalreporter.write_line(line)


def say(config: pytest.Config, measured: str) -> None:
    """At the end of the run."""
    config.stash.setdefault(_MEASURED, []).append(measured)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    with CommandedDemo(tmp_path_factory.mktemp("demo") / "state") as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    assert path, MISSING
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
        context = browser.new_context(**look.context, storage_state=kept, base_url=demo.url)
        context.set_default_timeout(10_000)
        watches[context] = Watch(context, demo.url, demo.store_url)
        return context

    return make


@pytest.fixture
def open_page(open_context: OpenContext) -> OpenPage:
    """Opens a page for somebody whom the site does not know."""
    return lambda look=DESKTOP: open_context(look).new_page()


@pytest.fixture(scope="session")
def signed_in(browser: Browser, demo: RunningDemo) -> StorageState:
    """What the browser of a signed-in member of staff keeps."""
    with browser.new_context(base_url=demo.url) as context:
        page = context.new_page()
        sign_in(page, *demo.user)
        return context.storage_state()


@pytest.fixture
def open_admin(open_context: OpenContext, signed_in: StorageState) -> OpenPage:
    """Opens a page for a member of staff who may do everything."""
    return lambda look=DESKTOP: open_context(look, signed_in).new_page()


@pytest.fixture(scope="session")
def windows(browser: Browser, demo: RunningDemo, signed_in: StorageState) -> Iterator[Windows]:
    with closing(Windows(browser, demo, signed_in)) as opened:
        yield opened


@pytest.fixture
def open_window(windows: Windows) -> Iterator[OpenWindow]:
    """The window of a member of staff, or of somebody whom the site does not know, in which one page after another is
    looked at; at the test's end, none may have complained."""
    yield windows.open
    assert windows.take_complaints() == []


@pytest.fixture
def staff_page(open_admin: OpenPage) -> Page:
    return open_admin()


@pytest.fixture(scope="session")
def gallery(demo: RunningDemo) -> Gallery:
    return open_gallery(demo)


@pytest.fixture(scope="session")
def judge(pytestconfig: pytest.Config) -> Iterator[Judge]:
    """Whether a page speaks the reader's language, fits their screen, is as dark as they like it, and accessible."""
    violations: list[int] = []
    heights: dict[Look, set[float]] = {}

    def look_at(page: Page, watch: Watch, look: Look) -> None:
        judging.judge_look(page, look)
        judging.judge_layout(page)
        judging.judge_buttons(page)
        judging.judge_dates(page)
        if height := judging.find_sidebar_top(page):
            heights.setdefault(look, set()).add(height)
            assert len(heights[look]) == 1, "the side bar stands at one height on every page"
        violations.append(judging.count_violations(page, watch))

    yield look_at
    say(pytestconfig, f"axe: {sum(violations)} violations on {len(violations)} pages")
