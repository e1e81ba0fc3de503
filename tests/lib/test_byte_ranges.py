"""Which requests begin a download, and which go on with one."""

from datetime import UTC, datetime

import pytest

from links.lib.byte_ranges import MEBIBYTE, SharedFile, goes_on

MADE = datetime(2026, 3, 1, 9, 30, 5, 123, tzinfo=UTC)
FILE = SharedFile(size=100_000, etag='"abc"', made_at=MADE)


@pytest.mark.parametrize(
    "span",
    [
        "",
        "bytes=0-",
        "bytes=0-0",
        "bytes=1-",
        "bytes=999-",
        "bytes=-100000",
        "bytes=-999999",
        "bytes=-99500",
        "bytes=-",
        "bytes=5000-4999",
        "bytes=5000-9000,20000-",
        "bytes=5000-,",
        "items=5000-",
        "bytes=x-",
        "bytes=５０００-",
        "bytes=+5000-",
        "bytes=" + "9" * 5_000 + "-",
        "bytes=" + " " * 5_000 + "5000-",
    ],
)
def test_whatever_gives_all_or_all_but_nothing_begins_a_download(span: str) -> None:
    assert not goes_on(span, "", FILE)


@pytest.mark.parametrize("span", ["bytes=1000-", "Bytes = 5000-9999", "bytes=99999-", "bytes=-500", "bytes=-99000"])
def test_a_part_goes_on_with_one(span: str) -> None:
    assert goes_on(span, "", FILE)


def test_of_a_large_file_the_first_mebibyte_is_its_beginning() -> None:
    large = SharedFile(size=10**12)
    assert not goes_on(f"bytes={MEBIBYTE - 1}-", "", large)
    assert goes_on(f"bytes={MEBIBYTE}-", "", large)


def test_where_the_size_is_not_known_only_a_beginning_is_told() -> None:
    assert goes_on("bytes=1-", "", SharedFile())
    assert not goes_on("bytes=0-", "", SharedFile())
    assert not goes_on("bytes=-500", "", SharedFile())


@pytest.mark.parametrize(
    ("unless_changed", "same"),
    [
        ("", True),
        ('"abc"', True),
        ('"other"', False),
        ('W/"abc"', False),
        ("Sun, 01 Mar 2026 09:30:05 GMT", True),
        ("Sun, 01 Mar 2026 09:30:04 GMT", False),
        ("Sun, 01 Mar 2026 09:30:05", False),
        ("yesterday", False),
        ("x" * 5_000, False),
        ("Sun, 01 Mar 2026 09:30:05 +99999999999999", False),
        ("Sun, 01 Mar 99999999999999999999999 09:30:05 GMT", False),
        ("Sun, 01 Mar 2026 99999999999999999999999:30:05 GMT", False),
    ],
)
def test_a_range_that_holds_for_another_file_alone_begins_a_download(unless_changed: str, same: bool) -> None:
    assert goes_on("bytes=5000-", unless_changed, FILE) is same
    assert goes_on("bytes=5000-", unless_changed, SharedFile(100_000))
