import pytest
from django.utils import translation

from links.domain.signed_urls.other_signers import SIGNERS
from links.domain.signed_urls.reading import SignedUrl, Style, read
from links.services.pasted import doctor
from links.texts import signatures
from links.texts.signatures import caution
from tests.domain.builders import NOW

JUDGED = {Style.SIGV4, Style.SIGV2, Style.CLOUDFRONT}


def find_flavours() -> list[str]:
    """All that the readers name: a new one must get its words."""
    return sorted({signer.flavour for signer in SIGNERS})


def make(style: Style, flavour: str = "") -> SignedUrl:
    return SignedUrl(style, "https", "files.example", "/a", flavour=flavour)


def test_the_search_finds_flavours() -> None:
    assert {"google-v4", "google-v2", "azure-sas", "alibaba"} <= set(find_flavours())


@pytest.mark.parametrize("flavour", [*find_flavours(), "sigv4a"])
def test_every_flavour_has_a_name_and_an_excuse_of_its_own(flavour: str) -> None:
    url, plain = make(Style.OTHER, flavour), make(Style.OTHER)
    assert signatures.name_style(url) != signatures.name_style(plain)
    assert signatures.excuse(url) != signatures.excuse(plain)
    with translation.override("ja"):
        assert signatures.excuse(url).endswith("。")


@pytest.mark.parametrize("style", Style)
def test_only_what_is_not_judged_is_excused(style: Style) -> None:
    assert signatures.name_style(make(style))
    assert bool(signatures.excuse(make(style))) is (style not in JUDGED)


@pytest.mark.parametrize("kind", [doctor.TEMPORARY, doctor.IAM_USER_KEY, doctor.UNPROVED])
def test_every_kind_of_credential_has_words(kind: str) -> None:
    assert signatures.name_credential(kind)
    assert signatures.name_credential(None) == ""


AZURE = "https://a.blob.core.windows.net/c/b?sv=2024-01-01&se=2091-01-01T00%3A00%3A00Z&sig=abc"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (f"{AZURE.replace('https', 'http')}&sp=r&spr=https", "It works over https only"),
        ("https://files.example.com/a?sign=abc&exp=1790000000", "it seems to have ended on 21 September 2026"),
        ("https://files.example.com/a?sign=abc&exp=1890000000", "it seems to end on 22 November 2029"),
        ("https://s3.amazonaws.com/", "the store's bare address"),
        (f"{AZURE}&sp=r&sip=203.0.113.7", "It works from 203.0.113.7 only."),
        (f"{AZURE}&sp=r&st=2090-01-01T00%3A00%3A00Z", "It works from 1 January 2090, 00:00 UTC on"),
    ],
)
def test_what_a_url_of_another_kind_forbids_itself_is_said(url: str, told: str) -> None:
    (sentence,) = caution(read(url), NOW)
    assert told in sentence


@pytest.mark.parametrize("url", [f"{AZURE}&sp=rl&st=2020-01-01", AZURE])
def test_what_forbids_itself_nothing_needs_no_word(url: str) -> None:
    assert caution(read(url), NOW) == []
