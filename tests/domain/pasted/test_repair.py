import quopri
import time
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from links.domain.pasted.repair import Repair, Repaired, repair
from tests.timing import untraced

WHOLE = (
    "https://files.s3.eu-central-1.amazonaws.com/reports/annual%20report%20100%25.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256"
    "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261124%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Date=20261124T120000Z"
    f"&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature={'0a' * 32}"
)


def test_a_whole_url_is_never_touched() -> None:
    assert repair(WHOLE) == Repaired(WHOLE)


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
    repaired = repair(mangled)
    assert repaired.url == WHOLE
    assert list(repaired.repairs) == repairs


def safe_links(url: str) -> str:
    return f"https://jpn01.safelinks.protection.outlook.com/?url={quote(url, safe='')}&data=05%7C02&reserved=0"


@pytest.mark.parametrize(
    ("mangled", "repairs"),
    [
        (safe_links(safe_links(WHOLE)), [Repair.REWRITTEN_LINK]),
        (safe_links(WHOLE.replace("&", "&amp;")), [Repair.REWRITTEN_LINK, Repair.HTML_ENTITIES]),
        (quote(quote(WHOLE, safe=""), safe=""), [Repair.DOUBLE_ENCODING]),
        (f"See {quote(quote(WHOLE, safe=''), safe='')} please", [Repair.SURROUNDINGS, Repair.DOUBLE_ENCODING]),
        (WHOLE.replace("%", "%2525"), [Repair.DOUBLE_ENCODING]),
    ],
)
def test_what_was_done_to_a_url_again_and_again_is_undone_again_and_again(mangled: str, repairs: list[Repair]) -> None:
    assert repair(mangled) == Repaired(WHOLE, tuple(repairs))


@pytest.mark.parametrize(
    "around",
    [
        "https://www.google.co.jp/url?sa=t&url={}&usg=x",
        "https://slack-redir.net/link?url={}&v=3",
        "https://linkprotect.cudasvc.com/url?a={}&c=E,1,x",
        "https://viewer.example.com/open?file={}#page=2",
        "https://secure-web.cisco.com/1AbC-x/{}",
    ],
)
def test_a_signed_url_that_another_url_carries_is_taken_out_of_it_whoever_put_it_there(around: str) -> None:
    assert repair(around.format(quote(WHOLE, safe=""))) == Repaired(WHOLE, (Repair.REWRITTEN_LINK,))
    assert repair(around.format(quote("https://example.com/a?b=c", safe=""))).repairs in ((), (Repair.SURROUNDINGS,))


def test_a_signed_url_that_names_another_one_is_itself() -> None:
    url = WHOLE.replace("?", f"?response-content-disposition={quote(WHOLE, safe='')}&", 1)
    assert repair(url) == Repaired(url)


def test_check_points_wrapping_is_taken_off() -> None:
    for version in ("v2", "v2/r02"):
        wrapped = f"https://protect.checkpoint.com/{version}/___{WHOLE}___.YXAzOmFiYzphOm86"
        assert repair(wrapped) == Repaired(WHOLE, (Repair.REWRITTEN_LINK,))


@pytest.mark.parametrize(
    ("mangled", "repairs"),
    [
        (WHOLE.replace("&", "\\u0026"), [Repair.ESCAPES]),
        (WHOLE.replace("/", "\\/"), [Repair.ESCAPES]),
        (WHOLE.replace("?", "\\?").replace("=", "\\=").replace("&", "\\&"), [Repair.ESCAPES]),
        (WHOLE.replace("_", "\\_").replace("-", "\\-"), [Repair.ESCAPES]),
        (f'{{\\"url\\": \\"{WHOLE}\\"}}', [Repair.ESCAPES, Repair.SURROUNDINGS]),
        (f"{WHOLE[:90]}\u200b{WHOLE[90:]}\ufeff", [Repair.INVISIBLES]),
        (f"{WHOLE[:90]}\u00ad{WHOLE[90:150]}\u2060{WHOLE[150:]}", [Repair.INVISIBLES]),
        (WHOLE.replace("&", "＆").replace("=", "＝"), [Repair.FULL_WIDTH]),
        (WHOLE.replace("?", "？"), [Repair.FULL_WIDTH]),
        (WHOLE.replace("&", "&<wbr>"), [Repair.LINE_BREAKS]),
        (f"{WHOLE[:76]}<br>{WHOLE[76:152]}<br />\n{WHOLE[152:]}", [Repair.LINE_BREAKS]),
        (f"{WHOLE}<br>Regards", [Repair.SURROUNDINGS]),
        (WHOLE.removeprefix("https://"), [Repair.SCHEME]),
        (WHOLE.removeprefix("https:"), [Repair.SCHEME]),
        (WHOLE.replace("https", "hxxps", 1).replace(".", "[.]", 2), [Repair.SCHEME]),
        (WHOLE.replace("//", "/", 1), [Repair.SCHEME]),
        (WHOLE.replace("https", "hxxps", 1), [Repair.SCHEME]),
        (WHOLE.removeprefix("h"), [Repair.SCHEME]),
        (f"The file: {WHOLE.removeprefix('https://')}.", [Repair.SCHEME, Repair.SURROUNDINGS]),
    ],
)
def test_what_programs_forms_and_guards_do_to_a_url_is_undone_and_told(mangled: str, repairs: list[Repair]) -> None:
    assert repair(mangled) == Repaired(WHOLE, tuple(repairs))


V2_WITH_PLUS = (
    "https://b.s3.amazonaws.com/a+b.pdf?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=Npg%2BjnDzrM%2FWFzoENXmpNDUsSn8%3D"
    "&Expires=1790000000"
)


@pytest.mark.parametrize(
    ("mangled", "repairs"),
    [
        (WHOLE.replace("&", "^&"), [Repair.ESCAPES]),
        (WHOLE.replace("&", "`&"), [Repair.ESCAPES]),
        (WHOLE.replace("%", "%%"), [Repair.ESCAPES]),
        (WHOLE.replace("&", "\\x26"), [Repair.ESCAPES]),
        (WHOLE.replace("&", "&;amp;"), [Repair.HTML_ENTITIES]),
        (WHOLE.replace("&", "&amp%3B"), [Repair.HTML_ENTITIES]),
        (WHOLE.replace("=", "&#x3D;").replace("?", "&#63;"), [Repair.HTML_ENTITIES]),
        (WHOLE.replace("%2F", "%!F(MISSING)"), [Repair.PRINTF]),
    ],
)
def test_what_command_lines_templates_and_programs_do_is_undone_and_told(mangled: str, repairs: list[Repair]) -> None:
    assert repair(mangled) == Repaired(WHOLE, tuple(repairs))


@pytest.mark.parametrize("plus", ["+", " "])
def test_a_bare_plus_sign_in_a_signature_is_encoded(plus: str) -> None:
    assert repair(V2_WITH_PLUS.replace("%2B", plus)).url == V2_WITH_PLUS
    assert Repair.PLUS_SIGNS in repair(V2_WITH_PLUS.replace("%2B", plus)).repairs


def test_a_signature_that_would_not_have_its_length_again_is_left_as_it_is() -> None:
    url = V2_WITH_PLUS.replace("Npg%2Bjn", "Npg+jnxx")
    assert repair(url) == Repaired(url)


def test_what_printf_lost_of_a_path_cannot_be_told_and_nothing_is_mended() -> None:
    url = WHOLE.replace("%2F", "%!F(MISSING)").replace("annual%20report", "annual%!r(MISSING)eport")
    assert Repair.PRINTF not in repair(url).repairs


@pytest.mark.parametrize(
    "around",
    [
        "https://console.example.com/api/v1/download-shared-object/{}",
        "https://eu-west-1.protection.example.com/?d=amazonaws.com&u={}&i=NWZj&t=cGxhY2Vob2xkZXI=&h=0123456789abcdef",
        "https://scan.example.io/scan/ux/{}/ABCDEF?c=1",
    ],
)
def test_a_signed_url_that_another_carries_in_base64_is_taken_out_of_it(around: str) -> None:
    assert repair(around.format(urlsafe_b64encode(WHOLE.encode()).decode())) == Repaired(
        WHOLE, (Repair.REWRITTEN_LINK,)
    )
    if "u={}" in around:
        sealed = b64encode(WHOLE.encode()).decode().rstrip("=")
        assert repair(around.format(sealed)) == Repaired(WHOLE, (Repair.REWRITTEN_LINK,))
    plain = around.format(urlsafe_b64encode(b"https://example.com/a-plain-page?b=c").decode())
    assert Repair.REWRITTEN_LINK not in repair(plain).repairs


def test_a_trackers_path_and_a_search_engines_raw_parameter_are_read() -> None:
    tracked = f"https://abc.r.example.me/L0/{quote(WHOLE, safe=':=')}/1/0102-0123/sig=374"
    assert repair(tracked).url == WHOLE
    assert repair(f"https://www.google.com/url?q={WHOLE}&sa=D&source=docs&ust=1700000000&usg=AOv").url == WHOLE


def test_marks_that_a_mail_filter_lost_are_not_made_up() -> None:
    url = f"https://urldefense.com/v3/__{WHOLE.replace('%', '*')}__;JQ!!Abc-1_d!EFg$"
    assert repair(url) == Repaired(url)


def test_a_line_that_mail_broke_at_998_characters_is_joined() -> None:
    url = WHOLE.replace("&X-Amz-SignedHeaders", f"&X-Amz-Security-Token={'aB3' * 400}&X-Amz-SignedHeaders")
    assert repair(f"{url[:998]}\r\n{url[998:]}") == Repaired(url, (Repair.LINE_BREAKS,))


def test_a_spoilt_beginning_is_restored_as_safe_as_it_was() -> None:
    assert repair(WHOLE.replace("https", "hxxp", 1)).url == WHOLE.replace("https", "http", 1)
    assert repair("files.example.com/a?b=c") == Repaired("files.example.com/a?b=c")


def test_wide_letters_in_a_path_are_the_objects_own() -> None:
    url = WHOLE.replace("annual%20report", "Ａ＆Ｂ（最終）")
    assert repair(url) == Repaired(url)


def test_a_per_cent_sign_in_an_object_key_is_no_double_encoding() -> None:
    url = "https://b.s3.amazonaws.com/100%2525.pdf?AWSAccessKeyId=AKIA&Expires=1&Signature=a%2Fb%3D"
    assert repair(url) == Repaired(url)


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
    assert repair(url) == Repaired(url)


def test_a_signature_that_was_encoded_twice_is_told_by_itself() -> None:
    url = "https://b.s3.amazonaws.com/a?AWSAccessKeyId=AKIA&Expires=1&Signature=a%2Fb%3D"
    assert repair(url.replace("%", "%25")) == Repaired(url, (Repair.DOUBLE_ENCODING,))


@given(st.text())
def test_no_text_is_too_broken_to_be_looked_at(text: str) -> None:
    repaired = repair(text)
    assert repair(repaired.url).url == repair(repair(repaired.url).url).url


@given(st.text())
def test_a_repaired_urls_secrets_do_not_show(text: str) -> None:
    assert repr(repair(WHOLE + text)).count("0a0a") == 0


# Among words ------------------------------------------------------------------------------------------------------

V2 = (
    f"https://b.s3.amazonaws.com/a.pdf?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1790000000&Signature={'aB' * 13}x%3D"
)
CLOUDFRONT = (
    "https://d111111abcdef8.cloudfront.net/a.pdf?Expires=1767225600"
    f"&Signature={'aB~_-' * 60}__&Key-Pair-Id=K2JCJMDEHXQW5F"
)
WITH_TAIL = f"{WHOLE}&x-id=GetObject"
GOOGLE = (
    "https://storage.googleapis.com/b/a(1).pdf?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Date=20261124T120000Z"
    f"&X-Goog-Expires=3600&X-Goog-SignedHeaders=host&X-Goog-Signature={'0a' * 256}"
)
AZURE = "https://files.blob.core.windows.net/c/a.pdf?sv=2020-08-04&se=2027-01-01T00%3A00%3A00Z&sp=r&sig=abc%2Bdef%3D"
KINDS = [WHOLE, V2, CLOUDFRONT, WITH_TAIL, GOOGLE, AZURE]
AROUND = [
    ("See ", ". Thanks"),
    ("", " Thanks"),
    ("Hello,\n", "\nRegards\nBob"),
    ("Hello,\r\n\r\n", "\r\n\r\nRegards,\r\nBob Miller"),
    ("Please open ", ", it is the photo"),
    ("Is this it: ", "?"),
    ("(here: ", ")"),
    ("(", "), as I said (twice)"),
    ("“", "”"),
    ("<", "> and <b>bold</b>"),
    ('<a href="', '">the file</a>'),
    ("ファイルは「", "」です。"),
    ("> Hello,\n> ", "\n> Regards"),
    ("", "\n\n-- \nBob | Example Ltd | https://example.com/about"),
]


@pytest.mark.parametrize("url", KINDS)
@pytest.mark.parametrize(("before", "after"), AROUND)
def test_a_url_among_words_is_read_alone(url: str, before: str, after: str) -> None:
    assert repair(before + url + after) == Repaired(url, (Repair.SURROUNDINGS,))


@pytest.mark.parametrize("url", KINDS)
@pytest.mark.parametrize("width", [64, 72, 76])
@pytest.mark.parametrize(("before", "after"), [("", ""), *AROUND[2:4], AROUND[9], AROUND[12]])
def test_a_url_that_was_broken_among_words_is_joined_and_read_alone(
    url: str, width: int, before: str, after: str
) -> None:
    quote_mark = "\n> " if before.startswith("> ") else "\n"
    broken = quote_mark.join(url[start : start + width] for start in range(0, len(url), width))
    assert repair(before + broken + after).url == url


WORDS = st.lists(
    st.sampled_from(["Hello", "the", "file,", "is", "here.", "Dear Bob", "資料です", "2026", "(soon)"]), max_size=5
)
GAPS = st.sampled_from([" ", "\n", "\r\n", "\n\n", "\t"])


@given(st.sampled_from(KINDS), WORDS, WORDS, GAPS, GAPS, st.sampled_from(["", ".", ",", ";", "!", "?", ":", "。"]))
def test_no_prose_around_a_url_becomes_part_of_it(
    url: str, before: list[str], after: list[str], first: str, second: str, stop: str
) -> None:
    text = " ".join(before) + first + url + stop + second + " ".join(after)
    assert repair(text).url == url


def test_a_url_that_was_cut_off_stays_cut_off() -> None:
    assert repair(f"{WHOLE[:-5]}\nRegards").url == WHOLE[:-5]


def test_the_url_that_a_mail_filter_put_around_it_is_taken_off() -> None:
    marks = urlsafe_b64encode(b"%" * WHOLE.count("%")).decode().rstrip("=")
    inside = WHOLE.replace("%", "*")
    assert repair(f"https://urldefense.com/v3/__{inside}__;{marks}!!Abc-1_d!EFg$").url == WHOLE
    escaped = quote(WHOLE, safe="/").replace("-", "%2D").replace("_", "%5F")
    carried = escaped.replace("%", "-").replace("/", "_")
    for host in ("urldefense.proofpoint.com", "urldefense.com"):
        assert repair(f"https://{host}/v2/url?u={carried}&d=DwMFAg&c=abc").url == WHOLE


def test_what_was_quoted_without_end_is_undone_in_the_time_it_takes_to_read() -> None:
    begun = time.process_time()
    with untraced():
        repaired = repair(f"https://files.example.com/a?b=c&{'amp;' * 150_000}d=e")
    assert time.process_time() - begun < 5
    assert repaired.url == "https://files.example.com/a?b=c&d=e"


@pytest.mark.parametrize(
    ("host", "scheme"),
    [
        ("127.0.0.1:32848", "http"),
        ("10.0.0.5:9000", "http"),
        ("minio:9000", "http"),
        ("localhost:9000", "http"),
        ("[::1]:9000", "http"),
        ("minio.internal:9000", "http"),
        ("minio.example.com:9000", "https"),
        ("203.0.113.7", "https"),
        ("10.0.0.5:443", "https"),
    ],
)
def test_a_host_without_a_scheme_may_be_an_address_or_a_name_inside(host: str, scheme: str) -> None:
    path = WHOLE.partition("//")[2].partition("/")[2]
    assert repair(f"{host}/{path}") == Repaired(f"{scheme}://{host}/{path}", (Repair.SCHEME,))
    encoded = path.replace("%", "%25")
    assert repair(f"{host}/{encoded}").url == f"{scheme}://{host}/{path}"


@pytest.mark.parametrize("text", ["note:5/a?b=signature=1", "at 12:30/13:00 see x?signature=2"])
def test_a_time_of_day_and_other_numbers_are_no_host(text: str) -> None:
    assert Repair.SCHEME not in repair(text).repairs
