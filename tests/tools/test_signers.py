"""The table of signers is the code's."""

from links.domain.signed_urls.other_signers import SIGNERS
from links.domain.signed_urls.parameters import TOKEN_NAMES
from links.domain.signed_urls.url_styles import Style
from tools.signers import JUDGED, PAGE, renew


def test_the_page_is_as_the_code_has_it() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert renew(page) == page


def test_each_signer_has_a_row_with_its_parameters() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.endswith("| read |")]
    assert len(rows) == len(SIGNERS)
    for signer, row in zip(SIGNERS, rows, strict=True):
        assert all(f"`{name}`" in row for names in signer.names for name in names)
        assert signer.ends.label in row


def test_what_is_judged_is_named_with_its_token() -> None:
    assert JUDGED.count("judged") == len(set(Style) - {Style.OTHER, Style.UNSIGNED}) + 1  # SigV4A is SigV4's
    assert all(f"`{name}`" in JUDGED for name in TOKEN_NAMES - {"awssecuritytoken"})


def test_a_stale_page_is_noticed() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert renew(page.replace("OpenStack Swift", "Somebody else")) == page
