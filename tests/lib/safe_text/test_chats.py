import re

import pytest

from links.lib.safe_text.chats import disarm
from tests.injection.payloads import PAYLOADS

LIVE = re.compile(
    r"[<>`*~|@]|\]\(|\]\[|\]:|&#?\w+;|^#|(?<!\w)_|_(?!\w)",
    re.MULTILINE,
)


@pytest.mark.parametrize("name", PAYLOADS)
def test_nothing_is_live_whatever_is_written(name: str) -> None:
    assert not LIVE.search(disarm(f"customer: {PAYLOADS[name]}\n{PAYLOADS[name]}", "https://share.example.com"))


@pytest.mark.parametrize(
    "text",
    [
        "Dear 山田様, 50 % of reports/2026/my_file_name.pdf (1.2 MB) is #7: “done”, a & b; [Holdfast] New!",
        "https://share.example.com/admin/links/sharelink/?import_batch__exact=1&q=_x_",
        "- the first\n- the second",
    ],
)
def test_what_is_no_markup_and_our_own_address_stay_as_they_are(text: str) -> None:
    assert disarm(text, "https://share.example.com") == text


def test_an_address_that_only_begins_like_ours_is_strangers() -> None:
    for text in (
        "https://share.example.com.evil/_x_",
        "https://share.example.com/<!channel>",
        "https://share.example.comx|a",
        "https://share.example.com/?&lt;",
    ):
        assert not LIVE.search(disarm(text, "https://share.example.com"))


def test_without_an_address_of_ours_all_is_strangers() -> None:
    assert disarm("<!here> a", "") == "‹!here› a"
