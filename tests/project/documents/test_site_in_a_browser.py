"""The site in a browser: it is searched in both languages, and asks nobody but its own host."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page, sync_playwright

from tools import chromium

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(chromium.find() is None, reason="No Chromium was found: apt install chromium"),
]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page() -> Iterator[Page]:
    path = chromium.find()
    assert path
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright, path)
        yield browser.new_page()
        browser.close()


@pytest.mark.parametrize(
    ("start", "word", "found"),
    [
        ("index.html", "clock skew", "A clock is wrong"),
        ("why-did-my-presigned-url-die.ja.html", "時計", "すべてのアラート"),
    ],
)
def test_a_reader_searches_and_nobody_else_is_asked(
    page: Page, address: str, start: str, word: str, found: str
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/{start}")
    page.wait_for_function("document.readyState == 'complete'")
    page.keyboard.press("/")
    page.keyboard.type(word)
    page.get_by_text(found).first.wait_for()
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
