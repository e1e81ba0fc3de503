"""Blanks where a signature had plus signs."""

import pytest

from links.domain.pasted.repair import Repair, repair

SIGNED_V2 = "https://b.s3.amazonaws.com/a.pdf?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1790000000&Signature="


@pytest.mark.parametrize(
    "written", ["Npg jnDzrM/WFzoENXmpNDUsSn8=", "Npg jnDzrM%2FWFzoENXmpNDUsSn8%3D", "Npg%20jnDzrM/WFzoENXmpNDUsSn8="]
)
@pytest.mark.parametrize("after", ["", " and some words", "\nRegards"])
def test_blanks_in_a_signature_at_the_end_of_a_url_are_plus_signs(written: str, after: str) -> None:
    repaired = repair(f"{SIGNED_V2}{written}{after}")
    assert repaired.url == SIGNED_V2 + written.replace("%20", "%2B").replace(" ", "%2B")
    assert Repair.PLUS_SIGNS in repaired.repairs


def test_words_after_a_signature_are_none_of_it() -> None:
    assert repair(f"{SIGNED_V2}Npg%2BjnDzrM/WFzoENXmpNDUsSn8= as it was").url.endswith("Sn8=")
    assert repair(f"{SIGNED_V2}Npg is cut here and ends so =").url == f"{SIGNED_V2}Npg"
