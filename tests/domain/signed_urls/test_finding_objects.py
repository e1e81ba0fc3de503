"""Which object a URL names, and that reading never raises."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from links.domain.errors import Unreadable
from links.domain.signed_urls.reading import MAX_SIGNATURE_LIFETIME, find_object, read
from tests.domain.signed_urls.urls import CLOUDFRONT, POLICY, SIGV2, SIGV4, STORE


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://reports.s3.eu-west-1.amazonaws.com/2026/a.pdf", ("reports", "2026/a.pdf")),
        ("https://reports.s3.amazonaws.com/a.pdf", ("reports", "a.pdf")),
        ("https://my.dotted.bucket.s3-eu-west-1.amazonaws.com/a.pdf", ("my.dotted.bucket", "a.pdf")),
        ("https://s3-eu-west-1.amazonaws.com/Old_Bucket/a.pdf", ("Old_Bucket", "a.pdf")),
        ("https://s3.dualstack.eu-west-1.amazonaws.com/reports/a.pdf", ("reports", "a.pdf")),
        ("https://reports.s3-accelerate.amazonaws.com/a.pdf", ("reports", "a.pdf")),
        ("https://s3.cn-north-1.amazonaws.com.cn/reports/a.pdf", ("reports", "a.pdf")),
        ("https://reports.s3.amazonaws.com//a//b", ("reports", "/a//b")),
        ("https://s3.amazonaws.com/reports//a", ("reports", "/a")),
        ("https://s3.amazonaws.com/reports/%E8%B3%87%E6%96%99%0A+%2B", ("reports", "資料\n++")),
        ("https://s3.amazonaws.com/reports", None),
        ("https://s3.amazonaws.com/reports/", None),
        ("https://s3.amazonaws.com//a", None),
        ("https://reports.s3.amazonaws.com/", None),
        ("https://reports.s3.amazonaws.com/%FF", None),
        ("https://s3.amazonaws.com/%FF/a", None),
        ("https://reports-123456789012.s3-accesspoint.eu-west-1.amazonaws.com/a.pdf", None),
        ("https://d111111abcdef8.cloudfront.net/a.pdf", None),
    ],
)
def test_an_aws_host_tells_bucket_and_key(url: str, found: tuple[str, str] | None) -> None:
    assert find_object(read(url)) == found


@pytest.mark.parametrize(
    ("url", "endpoint_host", "found"),
    [
        (f"{STORE}/reports/a.pdf", "127.0.0.1:9000", ("reports", "a.pdf")),
        (f"{STORE}/reports/a.pdf", "127.0.0.1", None),
        (f"{STORE}/reports/a.pdf", "", None),
        ("https://reports.Store.example/a.pdf", "store.Example", ("reports", "a.pdf")),
        ("https://my.reports.store.example:8443/a.pdf", "store.example:8443", ("my.reports", "a.pdf")),
        ("https://evilstore.example/a.pdf", "store.example", None),
        ("https://reports.s3.amazonaws.com/a.pdf", "store.example", ("reports", "a.pdf")),
    ],
)
def test_another_stores_endpoint_tells_where_the_bucket_stands(
    url: str, endpoint_host: str, found: tuple[str, str] | None
) -> None:
    assert find_object(read(url), endpoint_host) == found


def test_an_object_of_another_bucket_is_not_found_in_this_one() -> None:
    url = read(f"{STORE}/reports/a.pdf")
    assert find_object(url, "127.0.0.1:9000", "reports") == ("reports", "a.pdf")
    assert find_object(url, "127.0.0.1:9000", "Reports") is None


def test_s3s_longest_signature_is_seven_days() -> None:
    assert timedelta(days=7) == MAX_SIGNATURE_LIFETIME


POLICED = f"https://d111111abcdef8.cloudfront.net/a?Policy={POLICY}&Signature=s&Key-Pair-Id=K2JCJMDEHXQW5F"


REAL = [SIGV4, f"{SIGV4}&X-Amz-Security-Token=t", SIGV2, CLOUDFRONT, POLICED]


ANY_TEXT = st.text(st.characters(codec=None), max_size=40)  # lone surrogates included


PIECES = ["%", "%FF", "%00", "[", "]", "@", ":", "//", "?", "&", "=", "#", "\\", "。", "\u00ad", "９", "xn--", "-", "."]


def reads_or_refuses(url: str) -> bool:
    """Whatever was read can be shown and stored; anything but `Unreadable` fails the test."""
    try:
        found = read(url)
    except Unreadable:
        return True
    shown = (found.host, found.access_key_id, found.region, found.service, found.version_id, *map(str, found.flaws))
    assert all(text.isprintable() for text in (*shown, *found.strangers))
    assert found.host == found.host.encode("ascii").decode().lower()
    moments = [moment for moment in (found.signed_at, found.expires_at) if moment]
    assert all(moment.utcoffset() == timedelta(0) for moment in moments)
    located = find_object(found, "127.0.0.1:9000")
    return located is None or bool("".join(located).encode("utf-8"))


@settings(deadline=None)
@given(ANY_TEXT)
def test_reading_raises_nothing_but_unreadable_whatever_the_text(text: str) -> None:
    assert reads_or_refuses(text)
    assert reads_or_refuses(f"https://{text}")
    assert reads_or_refuses(f"https://example.com/{text}")


@settings(deadline=None, max_examples=500)
@given(st.sampled_from(REAL), st.data(), ANY_TEXT | st.sampled_from(PIECES))
def test_reading_raises_nothing_but_unreadable_when_a_real_url_was_mangled(
    url: str, data: st.DataObject, insert: str
) -> None:
    start = data.draw(st.integers(0, len(url)))
    end = data.draw(st.integers(start, min(len(url), start + 30)))
    assert reads_or_refuses(url[:start] + insert + url[end:])


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(REAL), st.data(), ANY_TEXT)
def test_reading_raises_nothing_but_unreadable_when_a_value_was_replaced(
    url: str, data: st.DataObject, value: str
) -> None:
    start, _, query = url.partition("?")
    pairs = query.split("&")
    place = data.draw(st.integers(0, len(pairs) - 1))
    pairs[place] = pairs[place].partition("=")[0] + "=" + value
    assert reads_or_refuses(f"{start}?{'&'.join(pairs)}")
