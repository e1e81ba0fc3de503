from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from links.domain.signed_urls.session_tokens import Session, read_account, read_session
from tests.domain.builders import NOW, SESSION_ID, v4
from tests.domain.session_records import ACCOUNT, FILLING, make_encrypted, make_signed, seal, write_bytes, write_number

BEGAN = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize("kind", [33, 2])
def test_a_signed_token_tells_when_where_and_whose(kind: int) -> None:
    assert read_session(make_signed(BEGAN, kind=kind)) == Session(BEGAN, "us-west-2", ACCOUNT)


@pytest.mark.parametrize("kind", [23, 21])
def test_an_encrypted_token_tells_when(kind: int) -> None:
    assert read_session(make_encrypted(BEGAN, kind=kind)) == Session(BEGAN)


def test_plus_signs_that_came_as_blanks_are_read_all_the_same() -> None:
    token = next(made for minute in range(200) if "+" in (made := make_signed(BEGAN + timedelta(minutes=minute))))
    assert read_session(token.replace("+", " ")) == read_session(token)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "EXAMPLETOKEN",
        "AAAA",
        make_signed(BEGAN)[:-8],
        make_signed(BEGAN, kind=34),
        make_signed(BEGAN, region="no region"),
        make_signed(BEGAN, account="12345"),
        make_signed(datetime(1999, 1, 1, tzinfo=UTC)),
        make_encrypted(BEGAN, kind=33),
        make_encrypted(datetime(1999, 1, 1, tzinfo=UTC)),
        seal(33, write_bytes(1, b"other") + write_number(6, 1_790_000_000)),
        seal(33, write_bytes(1, b"origin_ec") + write_bytes(3, b"us-east-1") + write_number(6, 1_790_000_000)),
        seal(23, write_bytes(1, b"aws") + write_bytes(5, FILLING)),
    ],
)
def test_of_another_layout_nothing_is_read(token: str) -> None:
    assert read_session(token) is None


@given(st.text(max_size=300))
def test_no_text_is_too_strange(text: str) -> None:
    read_session(text)


@given(st.binary(max_size=300), st.sampled_from([33, 2, 23, 21]))
def test_no_record_is_too_strange(record: bytes, kind: int) -> None:
    read_session(seal(kind, record))


def test_a_session_that_signed_before_it_began_is_none() -> None:
    late = quote(make_signed(NOW + timedelta(hours=1)), safe="")
    assert v4(key_id=SESSION_ID, extra=f"&X-Amz-Security-Token={late}").session is None
    early = quote(make_signed(NOW - timedelta(hours=1)), safe="")
    assert v4(key_id=SESSION_ID, extra=f"&X-Amz-Security-Token={early}").session is not None


@pytest.mark.parametrize(
    ("access_key_id", "account"),
    [
        ("ASIAY34FZKBOKMUTVV7A", "609629065308"),  # published with the arithmetic
        ("AKIAY34FZKBOKMUTVV7A", "609629065308"),
        ("AKIAIOSFODNN7EXAMPLE", ""),  # older than it
        ("AKIAJZEXAMPLEEXAMPLE", ""),
        ("AROAY34FZKBOKMUTVV7A", ""),
        ("AKIAY34FZKBOKMUTVV7", ""),
        ("AKIAY34FZKBOKMUTVV71", ""),
        ("AKIA7777777777777777", ""),  # beyond twelve digits
        ("", ""),
    ],
)
def test_a_key_id_of_today_holds_its_account(access_key_id: str, account: str) -> None:
    assert read_account(access_key_id) == account


def test_an_account_that_key_and_token_tell_apart_is_not_told() -> None:
    token = quote(make_signed(NOW, account="609629065308"), safe="")
    same = v4(key_id="ASIAY34FZKBOKMUTVV7A", extra=f"&X-Amz-Security-Token={token}")
    assert same.probable_account == "609629065308"
    other = quote(make_signed(NOW), safe="")
    assert v4(key_id="ASIAY34FZKBOKMUTVV7A", extra=f"&X-Amz-Security-Token={other}").probable_account == ""
    assert v4(key_id=SESSION_ID, extra=f"&X-Amz-Security-Token={other}").probable_account == ACCOUNT
    assert v4(key_id="ASIAY34FZKBOKMUTVV7A", host="s3.example.com").probable_account == ""
