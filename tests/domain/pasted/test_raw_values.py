"""Values that were never percent-encoded, and what ends them."""

import pytest

from links.domain.pasted.raw_values import encode_values
from links.domain.pasted.rewriters import unwrap

URL = "https://files.s3.eu-west-1.amazonaws.com/a.pdf?X-Amz-Signature=0a&response-content-disposition="


@pytest.mark.parametrize(
    ("raw", "encoded"),
    [
        ('attachment; filename="a b.pdf"', "attachment;%20filename=%22a%20b.pdf%22"),
        ('attachment; filename="a b.pdf" and more', "attachment;%20filename=%22a%20b.pdf%22 and more"),
        ('inline;filename="a b.pdf"&x-id=GetObject', "inline;filename=%22a%20b.pdf%22&x-id=GetObject"),
        ("attachment; filename=&quot;a b.pdf&quot;&amp;x-id=b", "attachment;%20filename=%22a%20b.pdf%22&amp;x-id=b"),
        ('attachment;\n filename="a\n b.pdf"', "attachment;%20filename=%22a%20b.pdf%22"),
        ("attachment; filename=a b.pdf", "attachment;%20filename=a%20b.pdf"),
        ("attachment; filename=a b v1.2.pdf, and more", "attachment;%20filename=a%20b%20v1.2.pdf, and more"),
        (
            "attachment; filename=\"a b.pdf\"; filename*=UTF-8''a%20b.pdf",
            "attachment;%20filename=%22a%20b.pdf%22;%20filename*=UTF-8''a%20b.pdf",
        ),
    ],
)
def test_a_file_name_ends_where_it_is_seen_to(raw: str, encoded: str) -> None:
    assert encode_values(URL + raw) == URL + encoded


@pytest.mark.parametrize(
    ("raw", "encoded"),
    [
        ("response-content-type=text/html; charset=utf-8 and", "response-content-type=text/html;%20charset=utf-8 and"),
        ("response-cache-control=no-cache, max-age=0 and", "response-cache-control=no-cache,%20max-age=0 and"),
        (
            "response-expires=Thu, 01 Jan 2026 00:00:00 GMT and",
            "response-expires=Thu,%2001%20Jan%202026%2000:00:00%20GMT and",
        ),
    ],
)
def test_so_does_what_else_a_response_may_say(raw: str, encoded: str) -> None:
    assert encode_values(f"https://s3.example.com/a?{raw}") == f"https://s3.example.com/a?{encoded}"


@pytest.mark.parametrize(
    "text",
    [
        f"{URL}attachment and more",
        f"{URL}attachment; as you asked",
        f"{URL}attachment;%20filename=%22a%20b.pdf%22 and more",
        'See response-content-disposition=attachment; filename="a b.pdf"',
        "https://s3.example.com/a?response-cache-control=private, please",
    ],
)
def test_words_that_follow_stay_words(text: str) -> None:
    assert encode_values(text) == text


def test_a_key_that_is_an_address_is_not_taken_for_the_url() -> None:
    url = "https://files.s3.eu-west-1.amazonaws.com/crawl/https://files.s3.eu-west-1.amazonaws.com/a?X-Amz-Signature=0a"
    assert unwrap(url) == url
    assert unwrap(url.replace("files.s3.eu-west-1.amazonaws.com/a", "example.org/a")).startswith("https://files.")
    assert unwrap("https://app.example/https://example.org/a?X-Amz-Signature=0a").startswith("https://app.example/")
