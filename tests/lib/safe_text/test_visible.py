import unicodedata
from html.parser import HTMLParser

import pytest

from links.lib.safe_text.visible import SHOWN, make_lines_visible, make_page_visible, make_visible
from tests.injection.payloads import PAYLOADS

TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize("name", PAYLOADS)
def test_whatever_is_written_is_one_visible_line(name: str) -> None:
    shown = make_visible(PAYLOADS[name])
    assert len(shown.splitlines()) == 1
    assert [letter for letter in shown if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp")] == []


def test_every_control_and_every_letter_that_turns_others_is_shown() -> None:
    controls = [chr(number) for number in (*range(0x20), *range(0x7F, 0xA0))]
    assert {make_visible(letter) for letter in [*controls, *TURNING, "\ud800", "\ufeff", "\u200b"]} == {SHOWN}


@pytest.mark.parametrize(
    "text", ["山田　太郎", "Zoë & “Søn”", "a\xa0b", "👩‍👩‍👧", "می‌خواهم", "שלום.pdf", "Straße 7 – Café", "", "^[[31m"]
)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert make_visible(text) == make_lines_visible(text) == make_page_visible(text) == text


def test_lines_of_ours_stay_lines() -> None:
    assert make_lines_visible("a\n\tb\u202ec\u2028\r\n") == f"a\n\tb{SHOWN}c{SHOWN}\r\n"


@pytest.mark.parametrize("before", ["", "<!doctype html>", "<p>"])
def test_of_a_page_what_is_read_changes_and_what_is_sent_back_does_not(before: str) -> None:
    page = (
        f'{before}<title>\u202ea</title><a href="/?q=\u202e" title="\u202eb" aria-label=\'\u202e\'>c\u202e</a>'
        '<input value="\u202ed"><TEXTAREA name="e">\u202e<b></TEXTAREA>\u202e<textarea>\u202ef'
    )
    shown = make_page_visible(page)
    assert shown == (
        f'{before}<title>{SHOWN}a</title><a href="/?q=\u202e" title="{SHOWN}b" aria-label=\'{SHOWN}\'>c{SHOWN}</a>'
        f'<input value="\u202ed"><TEXTAREA name="e">\u202e<b></TEXTAREA>{SHOWN}<textarea>\u202ef'
    )


def test_a_page_without_an_end_is_read_to_its_end() -> None:
    for page in ("<", "a<b", "\u202e<", "<textarea", "<textarea>\u202e", ">\u202e<a \u202e"):
        HTMLParser().feed(make_page_visible(page))
        assert len(make_page_visible(page)) == len(page)
