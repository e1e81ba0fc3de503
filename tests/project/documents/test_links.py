"""No link of a document leads nowhere: files, headings, pictures."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.project.documents.markdown import DOCS, DOCUMENTS, find_anchors, find_links, make_anchor, name


def find_dead_links(path: Path, text: str) -> Iterator[str]:
    for link in find_links(text):
        parts = urlsplit(unquote(link))
        if parts.scheme:
            continue
        target = path.parent / parts.path if parts.path else path
        if parts.path and not target.exists():
            yield link
        elif parts.fragment and target.suffix == ".md":
            written = text if target == path else target.read_text(encoding="utf-8")
            if parts.fragment not in find_anchors(written):
                yield link


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_link_of_a_document_leads_somewhere(path: Path) -> None:
    assert list(find_dead_links(path, path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_no_document_is_linked_by_an_address_that_is_plain_http(path: Path) -> None:
    assert [link for link in find_links(path.read_text(encoding="utf-8")) if link.startswith("http:")] == []


@pytest.mark.parametrize("link", ["missing.md", "glossary.md#no-such-heading", "#no-such-heading", "images/none.png"])
def test_a_link_that_leads_nowhere_is_found(link: str) -> None:
    path = DOCS / "invented.md"
    assert list(find_dead_links(path, f"# A page\n\nSee [this]({link}) or [that](#a-page).\n")) == [link]


def test_what_stands_in_code_is_no_link() -> None:
    text = "# A page\n\n`[a](b.md)`\n\n```text\n[c](d.md)\n```\n"
    assert list(find_dead_links(DOCUMENTS[0], text)) == []


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("The object is gone", "the-object-is-gone"),
        ("The bucket's policy", "the-buckets-policy"),
        ("Dead links before they are sent: `scan_urls`", "dead-links-before-they-are-sent-scan_urls"),
        ("期限が切れた URL", "期限が切れた-url"),
    ],
)
def test_anchors_are_those_that_github_makes(heading: str, anchor: str) -> None:
    assert make_anchor(heading) == anchor
