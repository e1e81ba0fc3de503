from datetime import timedelta

import pytest

from links.domain.pasted.cuts import LIMITS
from links.domain.pasted.urls import read_pasted
from tests.domain.builders import KEY_ID, NOW

SIGNED = (
    f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={KEY_ID}%2F20261124%2Feu-central-1%2Fs3%2Faws4_request"
    f"&X-Amz-Date=20261124T120000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature={'0a' * 32}"
)
HOST = "https://files.s3.eu-central-1.amazonaws.com/"


def cut(length: int, *, back: int = 30, before: str = "") -> str:
    """A URL whose first `length` characters end `back` characters before it would be whole."""
    filling = length + back - len(before + HOST + SIGNED) - 1
    return f"{before}{HOST}{'a' * filling}?{SIGNED}"[:length]


@pytest.mark.parametrize("limit", sorted(limit for limit in LIMITS if limit > 400))
def test_a_url_that_breaks_off_at_a_limit_is_said_to(limit: int) -> None:
    assert read_pasted(cut(limit)).cut_at == limit
    assert read_pasted(cut(limit, before="Here is the plan you asked for: ")).cut_at == limit


@pytest.mark.parametrize("back", [0, -20])
def test_a_whole_url_of_that_length_was_not_cut(back: int) -> None:
    whole = cut(998, back=back) + "&x-a=" * (back < 0)
    assert len(cut(998, back=0)) == 998
    assert read_pasted(whole).cut_at is None


def test_one_that_breaks_off_anywhere_else_is_not_said_to() -> None:
    assert read_pasted(cut(997)).cut_at is None


@pytest.mark.parametrize(
    "end",
    [
        "a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Cred",
        "a?X-Amz-Algor",
        "a?response-content-disposition=attachment%3B%20filename%3Dplan",
        "a?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=NpgCjnDzrM%2",
        "a?Expires=1795000000&Signature=abc&Key-Pair",
    ],
)
def test_it_may_break_off_before_any_signature(end: str) -> None:
    text = HOST + "a" * (255 - len(HOST + end)) + end
    assert read_pasted(text).cut_at == 255


def test_an_unsigned_url_of_that_length_has_nothing_to_break_off() -> None:
    assert read_pasted(HOST + "a" * (255 - len(HOST))).cut_at is None
    assert read_pasted(HOST + "a" * (255 - len(HOST) - 4) + "?v=2").cut_at is None


def test_what_was_joined_again_is_whole() -> None:
    whole = cut(998 + 30, back=0)
    pasted = read_pasted(whole[:998] + "\r\n" + whole[998:])
    assert (pasted.url, pasted.cut_at) == (whole, None)
    assert pasted.signed.expires_at == NOW + timedelta(hours=1)
