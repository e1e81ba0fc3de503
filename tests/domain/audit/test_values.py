"""Values in records are plain, and none of them is a secret."""

from datetime import UTC, datetime, timedelta

import pytest

from links.domain.audit.values import keep_changed, split_personal, to_plain

URL = "https://b.s3.amazonaws.com/k?X-Amz-Signature=" + "ab" * 32


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, None),
        (True, True),
        (7, 7),
        ("plain", "plain"),
        ("a\0b", "a b"),
        (datetime(2026, 3, 1, 10, tzinfo=UTC), "2026-03-01T10:00:00+00:00"),
        (timedelta(days=1), 86_400),
        ({"b", "a"}, ["a", "b"]),
        ({"x": [1, "y"]}, {"x": [1, "y"]}),
    ],
)
def test_plain_values_are_kept(value: object, kept: object) -> None:
    assert to_plain("value", value) == kept


@pytest.mark.parametrize("value", [b"bytes", 1.5, object()])
def test_what_is_not_plain_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="may not hold"):
        to_plain("value", value)


@pytest.mark.parametrize("name", ["secret", "has_password_of", "session_token", "password"])
def test_of_a_secret_only_a_truth_value_is_kept(name: str) -> None:
    assert to_plain(name, True) is True
    with pytest.raises(TypeError, match="is not kept"):
        to_plain(name, "hunter2hunter2")


@pytest.mark.parametrize("name", ["note", "object_key", "endpoint", "anything"])
def test_no_signed_url_enters_a_record(name: str) -> None:
    assert "ab" * 8 not in str(to_plain(name, f"see {URL}"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("issuer", "https://login.example.com/realms/staff"),
        ("subject", "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF"),
        ("username", "0123456789abcdef0123456789abcdef"),
        ("owner", "0123456789abcdef0123456789abcdef"),
        ("email", "0123456789abcdef0123456789abcdef@relay.example.com"),
        ("name", "Donaudampfschifffahrtsgesellschaft"),
    ],
)
def test_names_of_people_and_of_where_they_sign_in_are_kept_whole(name: str, value: str) -> None:
    assert to_plain(name, value) == value
    assert "ab" * 8 not in str(to_plain(name, f"see {URL}"))


def test_what_tells_of_a_customer_is_kept_apart() -> None:
    kept, personal = split_personal({"note": "for Mika", "download_limit": 3})
    assert (kept, personal) == ({"download_limit": 3}, {"note": "for Mika"})


def test_only_what_changed_is_kept() -> None:
    assert keep_changed({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4}) == ({"b": 2, "c": None}, {"b": 3, "c": 4})
