"""What no page may do, whatever the test is about: complain, break its policy, or ask a third party."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request

HONEST_STATUSES = tuple(
    f"Failed to load resource: the server responded with a status of {status}" for status in (4, 503)
)
"""Chromium's complaint of a page that says 403, 404, 410 or 503, as an honest page does."""
LOCAL = frozenset({"data", "blob", "about", "chrome-error"})


class Watch:
    """The complaints of every page of a browser context."""

    def __init__(self, context: BrowserContext, *sites: str) -> None:
        self.complaints: list[str] = []
        self._is_paused = False
        self._sites = {urlsplit(site).netloc for site in sites}
        context.on("console", self._hear)
        context.on("weberror", lambda error: self._note(f"{error.error}"))
        context.on("request", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(HONEST_STATUSES):
            self._note(f"{message.type}: {message.text}")

    def _see(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in LOCAL and address.netloc not in self._sites:
            self._note(f"asked a third party: {address.netloc}")

    def _note(self, complaint: str) -> None:
        if not self._is_paused:
            self.complaints.append(complaint)

    def take(self) -> list[str]:
        """The complaints until now, which are then forgotten."""
        taken, self.complaints = self.complaints, []
        return taken

    @contextmanager
    def deaf(self) -> Iterator[None]:
        """For tools that do to a page what its policy forbids."""
        self._is_paused = True
        yield
        self._is_paused = False
