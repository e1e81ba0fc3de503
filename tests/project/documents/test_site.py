"""The documents as a site: every page in the navigation, and nothing fetched from anywhere else."""

import re
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.project.documents.building import CONFIGURATION
from tests.project.documents.markdown import DOCS, ROOT

pytestmark = pytest.mark.slow
FETCHED = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "audio": "src",
    "video": "src",
    "object": "data",
}
FETCHED_LINKS = {"stylesheet", "icon", "preconnect", "preload", "prefetch", "dns-prefetch", "modulepreload", "manifest"}
IN_STYLES = re.compile(r"url\(\s*[\"']?([^\"')]+)|@import\s+[\"']([^\"']+)")


class Fetches(HTMLParser):
    """What a browser fetches by itself for a page, and the links of its text."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.ids.add(values.get("id", ""))
        if tag in FETCHED and values.get(FETCHED[tag]):
            self.fetched.append(values[FETCHED[tag]])
        if tag == "link" and FETCHED_LINKS & set(values.get("rel", "").split()):
            self.fetched.append(values["href"])
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        self.fetched += [found for pair in IN_STYLES.findall(values.get("style", "")) for found in pair if found]


def read_page(path: Path) -> Fetches:
    page = Fetches()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def read_navigation(entry: object) -> Iterator[str]:
    """The pages of a navigation, in their order."""
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, dict):
        for inner in entry.values():
            yield from read_navigation(inner)
    elif isinstance(entry, list):
        for inner in entry:
            yield from read_navigation(inner)


def test_every_page_stands_in_the_navigation_once() -> None:
    """A new page: give it its line under `nav` in zensical.toml, with those that the same people read."""
    navigation = tomllib.loads((ROOT / CONFIGURATION).read_text(encoding="utf-8"))["project"]["nav"]
    pages = [path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")]
    named = list(read_navigation(navigation))
    assert (sorted(set(pages) - set(named)), sorted(set(named) - set(pages))) == ([], [])
    assert len(named) == len(set(named))


def test_no_page_fetches_anything_from_elsewhere(site: Path) -> None:
    for path in site.rglob("*.html"):
        assert [address for address in read_page(path).fetched if urlsplit(address).netloc] == [], path.name
    for path in site.rglob("*.css"):
        found = [address for pair in IN_STYLES.findall(path.read_text(encoding="utf-8")) for address in pair if address]
        assert [address for address in found if urlsplit(address).netloc] == [], path.name


def test_every_link_of_the_site_leads_to_a_page_of_it(site: Path) -> None:
    """Anchors included: GitHub and the site make them in the same way."""
    pages = {path: read_page(path) for path in site.rglob("*.html") if path.name != "404.html"}
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(unquote(link))
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / parts.path).resolve() if parts.path else path
            assert target.exists(), f"{path.name}: {link}"
            if parts.fragment and target in pages:
                assert parts.fragment in pages[target].ids, f"{path.name}: {link}"


def test_pages_say_in_which_language_they_are(site: Path) -> None:
    for path in site.rglob("*.html"):
        language = "ja" if ".ja." in path.name else "en"
        assert f'<html lang="{language}"' in path.read_text(encoding="utf-8"), path.name


def test_the_search_knows_both_languages(site: Path) -> None:
    index = (site / "search.json").read_text(encoding="utf-8")
    assert "Why did my presigned URL die?" in index
    assert "署名付きURLはなぜ使えなくなったのか" in index
