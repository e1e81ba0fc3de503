import pytest

from links.domain.errors import Unreadable
from links.domain.signed_urls.url_parts import MAX_URL_LENGTH, split


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Reports.Example.COM/key", "reports.example.com"),
        ("https://reports.example.com:443/key", "reports.example.com"),
        ("http://reports.example.com:80/key", "reports.example.com"),
        ("http://reports.example.com:443/key", "reports.example.com:443"),
        ("http://127.0.0.1:09000/key", "127.0.0.1:9000"),
        ("https://reports.example.com:/key", "reports.example.com"),
        ("https://reports.example.com./key", "reports.example.com"),
        ("https://reports.example.com.:8443/key", "reports.example.com:8443"),
        ("https://my_bucket.example.com/key", "my_bucket.example.com"),
        ("https://[2001:DB8:0:0::1]:9000/key", "[2001:db8::1]:9000"),
        ("https://[::1]/key", "[::1]"),
        ("https://例え.テスト/key", "xn--r8jz45g.xn--zckzah"),
        ("https://bücher.example。/key", "xn--bcher-kva.example"),
        ("https://１２７。0.0.1/key", "127.0.0.1"),
    ],
)
def test_a_host_has_one_spelling(url: str, host: str) -> None:
    assert split(url).host == host


@pytest.mark.parametrize(
    "url",
    [
        "",
        "reports.example.com/key",
        "//reports.example.com/key",
        "s3://bucket/key",
        "ftp://reports.example.com/key",
        "javascript:alert(1)",
        "https:///key",
        "https:key",
        "https://user:password@reports.example.com/key",
        "https://evil.example\\@reports.example.com/key",
        "https://@reports.example.com/key",
        "https://evil.example\\.s3.amazonaws.com/key",
        "https://%65vil.example/key",
        "https://reports.example.com:0/key",
        "https://reports.example.com:65536/key",
        "https://reports.example.com:9000:1/key",
        "https://reports.example.com:９/key",
        "https://reports..example.com/key",
        "https://./key",
        "https://[::1/key",
        "https://[::1%25eth0]/key",
        "https://[v1.a]/key",
        "https://evil[::1]/key",
        "https://2001:db8::1/key",
        f"https://{'a' * 64}.example.com/key",
        f"https://{'a.' * 200}example.com/key",
        "https://\u00ad/key",
    ],
)
def test_what_is_no_address_of_a_web_server_is_unreadable(url: str) -> None:
    with pytest.raises(Unreadable) as caught:
        split(url)
    assert caught.value.code == "url-unreadable"


@pytest.mark.parametrize("letter", ["\n", "\r", "\t", " ", "\x00", "\x7f", "\ud800"])
def test_a_url_torn_apart_by_a_mail_program_is_broken(letter: str) -> None:
    with pytest.raises(Unreadable) as caught:
        split(f"https://reports.example.com/a{letter}b")
    assert caught.value.code == "url-broken"


def test_blanks_around_a_pasted_url_do_no_harm() -> None:
    assert split(" \thttps://reports.example.com/key\r\n").path == "/key"


def test_a_url_longer_than_any_store_takes_is_refused() -> None:
    base = "https://reports.example.com/"
    split(base + "a" * (MAX_URL_LENGTH - len(base)))
    with pytest.raises(Unreadable) as caught:
        split(base + "a" * (MAX_URL_LENGTH - len(base) + 1))
    assert (caught.value.code, caught.value.params) == ("url-too-long", {"longest": MAX_URL_LENGTH})


@pytest.mark.parametrize(
    ("tail", "path"),
    [
        ("", "/"),
        ("?a=1", "/"),
        ("//a//b", "//a//b"),
        ("/a/../b", "/a/../b"),
        ("/a%2Fb%20c+d", "/a/b c+d"),
        ("/100%25", "/100%"),
        ("/100%", "/100%"),
        ("/a;b=c", "/a;b=c"),
        ("/r%C3%A9sum%C3%A9", "/résumé"),
        ("/資料", "/資料"),
        ("/%0A%F0%9F%93%84", "/\n📄"),
        ("/%FF", "/\udcff"),
    ],
)
def test_a_path_is_decoded_once_and_otherwise_left_alone(tail: str, path: str) -> None:
    assert split(f"https://reports.example.com{tail}").path == path


def test_the_fragment_is_no_part_of_a_url_that_a_store_sees() -> None:
    parts = split("https://reports.example.com/key?a=1#X-Amz-Signature=0?b=2")
    assert (parts.path, parts.query.parameters) == ("/key", {"a": "1"})


def test_a_parameters_name_is_decoded_and_in_lower_case_and_its_value_as_it_came() -> None:
    query = split("https://h.example/?X%2DAmz%2DDate=A%20b&EMPTY=&bare&&c=d=e").query
    assert query.parameters == {"x-amz-date": "A b", "empty": "", "bare": "", "c": "d=e"}
    assert query.repeated == ()
    assert (query.get("x-amz-date"), query.get("absent")) == ("A b", "")


def test_of_a_repeated_parameter_the_first_counts_in_whatever_case() -> None:
    query = split("https://h.example/?Expires=1&expires=2&a=b&EXPIRES=3").query
    assert query.parameters == {"expires": "1", "a": "b"}
    assert query.repeated == ("expires",)
