import pytest

from links.domain.errors import Unreadable
from links.domain.pasted.repair import Repair
from links.domain.pasted.urls import PastedUrl, read_pasted
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
