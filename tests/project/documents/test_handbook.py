"""The handbooks of staff name what is on the screen, in both languages and in the same order."""

import re

from django.utils import translation
from django.utils.translation import gettext

from links.domain.findings import Verdict
from links.texts import labels
from tests.project.documents.markdown import DOCS, find_anchors, find_links

ENGLISH = (DOCS / "staff" / "handbook.md").read_text(encoding="utf-8")
JAPANESE = (DOCS / "staff" / "handbook.ja.md").read_text(encoding="utf-8")
NAMED = re.compile(r"(?<![*\w])\*([A-Z][^*]+)\*(?!\*)")
QUOTED = re.compile(r"「([^」]+)」")
# Quoted in the Japanese page, and no words of the screen: what one types, and what a customer says.
TYPED = {"30日", "1年", "使えない"}


def read_named() -> list[str]:
    return [" ".join(name.split()) for name in NAMED.findall(ENGLISH)]


def translate(word: str) -> str:
    """By the states' own labels, of which two stand in the catalogue with other words around them."""
    verdicts = {str(labels.label(verdict)): verdict for verdict in Verdict}
    with translation.override("ja"):
        return str(labels.label(verdicts[word])) if word in verdicts else gettext(word)


def test_what_is_named_is_on_the_screen_and_has_its_japanese() -> None:
    assert [word for word in read_named() if translate(word) == word] == []


def test_the_japanese_page_names_the_same_in_the_same_order() -> None:
    quoted = [word for word in QUOTED.findall(JAPANESE) if word not in TYPED]
    assert quoted == [translate(word) for word in read_named()]


def test_the_japanese_page_has_the_same_parts_and_pictures() -> None:
    assert len(find_anchors(ENGLISH)) == len(find_anchors(JAPANESE))
    pictures = [[link for link in find_links(text) if link.endswith(".png")] for text in (ENGLISH, JAPANESE)]
    assert pictures[0] == pictures[1]
