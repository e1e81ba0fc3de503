import pytest

from links.domain.errors import Unreadable
from links.domain.pasted.repair import Repair
from links.domain.pasted.urls import MAX_FOUND, PastedUrl, read_all, read_pasted
from links.domain.signed_urls.reading import Style, read
from tests.domain.pasted.test_repair import WHOLE

PLAIN = "https://files.s3.eu-central-1.amazonaws.com/wow"


def test_a_pasted_url_is_what_was_repaired_and_what_can_be_read_off_that() -> None:
    pasted = read_pasted(f"  <{WHOLE.replace('&', '&amp;')}>\n")
    assert (pasted.url, pasted.signed) == (WHOLE, read(WHOLE))
    assert pasted.repairs == (Repair.SURROUNDINGS, Repair.HTML_ENTITIES)
    assert pasted.text == f"<{WHOLE.replace('&', '&amp;')}>"


def test_what_is_no_url_is_no_pasted_url() -> None:
    with pytest.raises(Unreadable):
        read_pasted("no address at all")


def test_a_pasted_urls_secrets_do_not_show() -> None:
    assert repr(read_pasted(f"<{WHOLE}>")).count("0a0a") == 0


def test_a_signed_url_names_the_same_file_with_and_without_what_mail_did_to_it() -> None:
    assert read_pasted(f"<{WHOLE}>").of_file().signed == read(WHOLE)


@pytest.mark.parametrize("end", ["!", ")", "."])
def test_a_plain_address_names_its_file_letter_for_letter(end: str) -> None:
    """A full stop that a sentence put there cannot be told from one of the name."""
    pasted = read_pasted(PLAIN + end)
    assert (pasted.signed.style, pasted.signed.path) == (Style.UNSIGNED, "/wow")
    assert pasted.of_file() == PastedUrl(PLAIN + end, PLAIN + end, read(PLAIN + end))


def test_a_plain_address_with_a_blank_names_no_file() -> None:
    with pytest.raises(Unreadable):
        read_pasted(f"{PLAIN} 2.pdf").of_file()


SIGNED = "https://files.s3.eu-central-1.amazonaws.com/{}.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261101%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Date=20261101T000000Z&X-Amz-Expires=604800&X-Amz-SignedHeaders=host&X-Amz-Signature={}"
ONE, TWO = (SIGNED.format(name, name * 64) for name in "ab")


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        (ONE, [ONE]),
        (f"{ONE}\n{TWO}", [ONE, TWO]),
        (f"{TWO} {ONE}", [TWO, ONE]),
        (f"1. <{ONE}>,\r\n2. ({TWO}).", [ONE, TWO]),
        (f"{ONE}\n{ONE}\n{TWO}", [ONE, TWO]),
        (f"{ONE},2026-12-24\n{TWO}\tfor Ogata", [ONE, TWO]),
        (f"\u3053\u308c\uff1a{ONE}\u3001{TWO}\u3067\u3059\u3002", [ONE, TWO]),
    ],
)
def test_every_signed_url_of_a_text_is_found_once_and_in_order(text: str, urls: list[str]) -> None:
    assert [pasted.url for pasted in read_all(text)] == urls


@pytest.mark.parametrize(
    "text", ["https://example.com/about and https://example.com/legal", f"https://example.com/{ONE}", f"<{ONE}>"]
)
def test_a_text_without_several_is_read_as_one(text: str) -> None:
    assert read_all(text) == (read_pasted(text),)


@pytest.mark.parametrize("text", ["", "no URL at all"])
def test_a_text_without_any_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        read_all(text)


def test_no_more_than_a_thousand_are_looked_at() -> None:
    text = "\n".join(SIGNED.format(number, f"{number:064x}") for number in range(1_100))
    assert len(read_all(text)) == MAX_FOUND
