import pytest

from links.lib.forwarded_headers import NOBODY, Forwarded, read_address, read_forwarded, read_x_forwarded


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (" 192.0.2.1:4711 ", "192.0.2.1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ('"[2001:db8:0::1]:4711"', "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        *((nothing, "") for nothing in ("", "unknown", "_hidden", "a.example", "1.2.3", "[", "[]:80", "999.1.1.1")),
    ],
)
def test_an_address_is_read_without_what_stands_around_it(text: str, address: str) -> None:
    assert read_address(text) == address


@pytest.mark.parametrize(
    ("value", "proxies", "heard"),
    [
        ("for=192.0.2.1;proto=https", 1, Forwarded("192.0.2.1", "https")),
        ('For="[2001:db8::1]:4711" ; Proto=HTTP;by=_x', 1, Forwarded("2001:db8::1", "http")),
        ('for="2001:db8::1";proto=https', 1, Forwarded("2001:db8::1", "https")),
        ("for=6.6.6.6;proto=https, for=192.0.2.1;proto=http", 1, Forwarded("192.0.2.1", "http")),
        ("for=6.6.6.6, for=192.0.2.1;proto=https, for=10.0.0.1", 2, Forwarded("192.0.2.1", "https")),
        ("for=6.6.6.6", 0, NOBODY),
        ("for=6.6.6.6", 2, NOBODY),
        ("", 1, NOBODY),
        ("for=unknown;proto=ftp", 1, NOBODY),
        ('for="6.6.6.6', 1, NOBODY),
        ("nonsense;;=", 1, NOBODY),
    ],
)
def test_forwarded_is_counted_from_the_right(value: str, proxies: int, heard: Forwarded) -> None:
    assert read_forwarded(value, proxies) == heard


@pytest.mark.parametrize(
    ("addresses", "schemes", "proxies", "heard"),
    [
        ("198.51.100.1", "https", 1, Forwarded("198.51.100.1", "https")),
        ("6.6.6.6, 198.51.100.1:80", "http,https", 1, Forwarded("198.51.100.1", "https")),
        ("6.6.6.6, 198.51.100.1, 10.0.0.1", "https", 2, Forwarded("198.51.100.1", "https")),
        ("198.51.100.1", "https", 2, NOBODY),
        ("198.51.100.1", "https", 0, NOBODY),
        ("", "", 1, NOBODY),
    ],
)
def test_x_forwarded_is_counted_from_the_right(addresses: str, schemes: str, proxies: int, heard: Forwarded) -> None:
    assert read_x_forwarded(addresses, schemes, proxies) == heard
