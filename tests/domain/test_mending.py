import quopri
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from links.domain.mending import Mended, Repair, mend

WHOLE = (
    "https://files.s3.eu-central-1.amazonaws.com/reports/annual%20report%20100%25.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256"
    "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261124%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Date=20261124T120000Z"
    f"&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature={'0a' * 32}"
)


def test_a_whole_url_is_never_touched() -> None:
    assert mend(WHOLE) == Mended(WHOLE)


@pytest.mark.parametrize(
    ("mangled", "repairs"),
    [
        (f"<{WHOLE}>", [Repair.SURROUNDINGS]),
        (f'"{WHOLE}"', [Repair.SURROUNDINGS]),
        (f"Your file is here: {WHOLE}", [Repair.SURROUNDINGS]),
        (f"[the report]({WHOLE})", [Repair.SURROUNDINGS]),
        (f"<{WHOLE}|the report>", [Repair.SURROUNDINGS]),
        (WHOLE.replace("&", "&amp;"), [Repair.HTML_ENTITIES]),
        (WHOLE.replace("&", "&amp;amp;"), [Repair.HTML_ENTITIES]),
        (WHOLE.replace("&", "&#38;"), [Repair.HTML_ENTITIES]),
        (f"{WHOLE[:76]}\n{WHOLE[76:152]}\r\n{WHOLE[152:]}", [Repair.LINE_BREAKS]),
        (f"> {WHOLE[:76]}\n> {WHOLE[76:]}", [Repair.LINE_BREAKS, Repair.SURROUNDINGS]),
        (quopri.encodestring(WHOLE.encode()).decode(), [Repair.QUOTED_PRINTABLE]),
        (WHOLE.replace("%", "%25"), [Repair.DOUBLE_ENCODING]),
        (quote(WHOLE, safe=""), [Repair.DOUBLE_ENCODING]),
        (
            f"https://eur02.safelinks.protection.outlook.com/?url={quote(WHOLE, safe='')}&data=05%7C02&reserved=0",
            [Repair.REWRITTEN_LINK],
        ),
        (f"https://www.google.com/url?q={quote(WHOLE, safe='')}&sa=D", [Repair.REWRITTEN_LINK]),
        (WHOLE.replace("annual%20report%20", "annual report "), [Repair.BLANKS]),
        (f"<{WHOLE.replace('&', '&amp;')}>", [Repair.SURROUNDINGS, Repair.HTML_ENTITIES]),
    ],
)
def test_what_mail_and_chat_do_to_a_url_is_undone_and_told(mangled: str, repairs: list[Repair]) -> None:
    mended = mend(mangled)
    assert mended.url == WHOLE
    assert list(mended.repairs) == repairs


def test_a_per_cent_sign_in_an_object_key_is_no_double_encoding() -> None:
    url = "https://b.s3.amazonaws.com/100%2525.pdf?AWSAccessKeyId=AKIA&Expires=1&Signature=a%2Fb%3D"
    assert mend(url) == Mended(url)


@pytest.mark.parametrize(
    "url",
    [
        WHOLE.replace("Signature=0a", "Signature=3d"),
        WHOLE.replace("annual%20report", "R%2526D%253D1"),
        "https://b.s3.amazonaws.com/a?AWSAccessKeyId=AKIA&Expires=1&Signature=3D",
        "https://d1.cloudfront.net/a?Expires=1767225600&Signature=3dabcd__&Key-Pair-Id=K2JCJMDEHXQW5F",
    ],
)
def test_what_looks_mangled_by_chance_is_never_touched(url: str) -> None:
    assert mend(url) == Mended(url)


def test_a_signature_that_was_encoded_twice_is_told_by_itself() -> None:
    url = "https://b.s3.amazonaws.com/a?AWSAccessKeyId=AKIA&Expires=1&Signature=a%2Fb%3D"
    assert mend(url.replace("%", "%25")) == Mended(url, (Repair.DOUBLE_ENCODING,))


@given(st.text())
def test_no_text_is_too_broken_to_be_looked_at(text: str) -> None:
    mended = mend(text)
    assert mend(mended.url).url == mend(mend(mended.url).url).url


@given(st.text())
def test_a_mended_urls_secrets_do_not_show(text: str) -> None:
    assert repr(mend(WHOLE + text)).count("0a0a") == 0
