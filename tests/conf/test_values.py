"""What is read of an environment's text, and of what a project writes in Python."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ImproperlyConfigured

from links.conf import values


@pytest.mark.parametrize("value", ["one", "-1", "1.5", "１"])
def test_a_number_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="whole number"):
        values.number("THING", value)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("https://share.example.com/", "https://share.example.com"),
        (" http://127.0.0.1:8000 ", "http://127.0.0.1:8000"),
        ("https://Share.Example.com", "https://share.example.com"),
        ("HTTPS://share.example.com:443/", "https://share.example.com"),
        ("http://share.example.com:80", "http://share.example.com"),
        ("https://share.example.com:80", "https://share.example.com:80"),
        ("http://[2001:DB8::1]:80", "http://[2001:db8::1]"),
        ("https://Bücher.example:8443", "https://xn--bcher-kva.example:8443"),
        ("", ""),
    ],
)
def test_a_site_is_an_address_and_no_more(value: str, read: str) -> None:
    assert values.site("THING", value) == read


@pytest.mark.parametrize(
    "value",
    [
        "share.example.com",
        "ftp://a",
        "https://",
        "https://[",
        "https://a/path",
        "https://a?b",
        "https://a:port",
        "https://ü..example",
        "https://user:topsecret@a",
    ],
)
def test_a_site_that_is_more_or_less_is_refused(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="THING must be a site's address") as refused:
        values.site("THING", value)
    assert "topsecret" not in str(refused.value)


@pytest.mark.parametrize("value", ["Nowhere/City", "../etc/passwd", "Europe", "Europe/Berlinx", "/etc/passwd"])
def test_a_time_zone_that_nobody_knows_is_named(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"TIME_ZONE is .*Europe/Berlin"):
        values.zone("TIME_ZONE", value)
    assert values.zone("TIME_ZONE", "Asia/Tokyo") == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("", {}),
        ('{"sales": "Link maker"}', {"sales": ["Link maker"]}),
        ('{"CN=leads,OU=x": ["Manager", "Auditor"], "": []}', {"CN=leads,OU=x": ["Manager", "Auditor"], "": []}),
    ],
)
def test_lists_are_read_by_name(value: str, read: dict[str, list[str]]) -> None:
    assert values.lists("OIDC_ROLES", value) == read


@pytest.mark.parametrize(
    "value",
    [
        "sales=Link maker",
        "[]",
        '"sales"',
        "7",
        '{"sales": 7}',
        '{"a": {"b": 1}}',
        '{"a": [1]}',
        '{"a": "x", "a": "y"}',
        "{",
        "[" * 99_999,
    ],
)
def test_lists_that_cannot_be_read_say_how_to_write_them(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="must be a JSON object"):
        values.lists("OIDC_ROLES", value)


@pytest.mark.parametrize(
    "value", ["", "https://id.example.com", "https://id.example.com/realms/x", "http://[::1]:5000/"]
)
def test_an_issuer_is_taken_as_it_is_written(value: str) -> None:
    assert values.issuer("OIDC_ISSUER", f" {value} ") == value


@pytest.mark.parametrize(
    "value",
    [
        *("id.example.com", "ftp://id.example.com", "https://", "https://[", "https://user:pw@id.example.com"),
        *("https://id.example.com?x=1", "https://id.example.com#x", "https://id.example.com:port"),
        "https://id.example.com/.well-known/openid-configuration",
    ],
)
def test_what_is_no_issuer_is_refused(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="OIDC_ISSUER must be"):
        values.issuer("OIDC_ISSUER", f" {value} ")


@pytest.mark.parametrize("value", ["hello", "", 1, None])
def test_one_of_a_few_words_is_a_choice(value: object) -> None:
    read = values.choice("short", "full")
    assert read("THING", " Full ") == "full"
    with pytest.raises(ImproperlyConfigured, match="THING"):
        read("THING", value)


def test_what_a_project_writes_in_python_is_taken_as_it_is() -> None:
    assert values.number("THING", 7) == 7
    assert values.flag("THING", True) is True
    assert values.words("THING", ("a, b", "c")) == ["a, b", "c"]
    assert values.lists("THING", {"sales": "Link maker", "leads": ("Manager",)}) == {
        "sales": ["Link maker"],
        "leads": ["Manager"],
    }


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (values.number, True),
        (values.number, -1),
        (values.number, 1.5),
        (values.flag, 1),
        (values.text, b"bytes"),
        (values.words, ["a", 1]),
        (values.words, {"a"}),
        (values.lists, {"a": 1}),
        (values.lists, ["a"]),
        (values.site, None),
    ],
)
def test_a_value_of_another_type_is_refused_by_its_name(read: Callable[[str, object], object], value: object) -> None:
    with pytest.raises(ImproperlyConfigured, match="THING"):
        read("THING", value)
