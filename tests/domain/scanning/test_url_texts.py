import base64
import json
import re
import textwrap
import time
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import quote

import pytest

from links.domain.pasted.repair import repair
from links.domain.scanning.url_texts import find_texts, find_transfer_encodings, unfold

SIGNATURE = "0123456789abcdef" * 4
URL = (
    "https://files.s3.eu-central-1.amazonaws.com/a/report.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256"
    "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260101%2Feu-central-1%2Fs3%2Faws4_request"
    f"&X-Amz-Date=20260101T000000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature={SIGNATURE}"
)


def find(written: str | bytes) -> list[str]:
    """What is found, as it is once it is repaired."""
    data = written.encode() if isinstance(written, str) else written
    unfolded = unfold(data, find_transfer_encodings(data))
    return [repair(found.text).url for found in find_texts(unfolded.data, len(unfolded.data))]


def mail(encoding: str, *, html: bool = False) -> str:
    message = EmailMessage(policy=SMTP)
    text = f'<p>Hello, <a href="{URL.replace("&", "&amp;")}">here</a>' if html else f"Hello,\n\n{URL}\n\nBye\n"
    message.set_content(text, subtype="html" if html else "plain", cte=encoding)
    return message.as_string()


@pytest.mark.parametrize(
    "written",
    [
        URL,
        f"see {URL}.",
        f"URL = '{URL}'",
        f'"{URL}"',
        f"[here]({URL})",
        f"<{URL}>",
        f"<{URL}|file>",
        f"\\url{{{URL}}}",
        f"[[{URL}]]",
        f"「{URL}」を",
        f"1;{URL};two",
        URL.replace("https", "hxxps"),
        f"`{URL}`",
        f'10.0.0.1 - - "GET {URL} HTTP/1.1" 200',
        f"1,{URL},two",
        f"1|{URL}|two",
        f"1\t{URL}\ttwo",
        f"INSERT INTO x VALUES (1,'{URL}','two');",
        f'<a href="{URL.replace("&", "&amp;")}">',
        f"href=&quot;{URL}&quot;",
        json.dumps({"url": URL}),
        json.dumps({"url": f"a\n{URL}\nb"}),
        json.dumps(json.dumps({"url": URL})),
        json.dumps({"url": URL}).replace("&", "\\u0026"),
        json.dumps({"url": URL}).replace("/", "\\/"),
        f"\0\1{URL}\0\xff",
        f"{URL.replace('https', 'HTTPS')}",
        URL.removeprefix("https://"),
        f"https://nam01.safelinks.protection.outlook.com/?url={quote(URL, safe='')}&data=05",
        "\n".join(textwrap.wrap(URL, 72, break_on_hyphens=False)),
        "> " + "\n> ".join(textwrap.wrap(URL, 72)),
        f"https://console.example.com/api/v1/download-shared-object/{base64.urlsafe_b64encode(URL.encode()).decode()}",
        f"x {base64.b64encode(b'a' + URL.encode()).decode()} y",
        f"x {base64.b64encode(b'ab' + URL.encode()).decode()} y",
        mail("quoted-printable"),
        mail("base64"),
        mail("quoted-printable", html=True),
        mail("base64", html=True),
    ],
)
def test_a_signed_url_is_found_however_it_is_wrapped(written: str) -> None:
    assert [url.replace("HTTPS", "https") for url in find(written)] == [URL]


RAW = URL.replace("?", "?response-content-disposition=attachment; filename={}&", 1)


@pytest.mark.parametrize("name", ['"my report 2026.pdf"', "my report.pdf", "\"a.pdf\"; filename*=UTF-8''a%20b.pdf"])
@pytest.mark.parametrize("around", ["{}", "12:00 GET {} 200", 'url={} user="a b"', '"GET {} HTTP/1.1" 200', "<{}>"])
def test_a_url_with_blanks_in_a_files_name_is_found_whole(name: str, around: str) -> None:
    encoded = RAW.format(name).replace(" ", "%20").replace('"', "%22")
    assert find(around.format(RAW.format(name)) + f"\n{URL}\n") == [encoded, URL]


def test_a_response_parameter_at_the_end_takes_nothing_of_the_next_url() -> None:
    plain = f"{URL}&response-content-disposition=attachment"
    assert find(f"{plain} {URL}") == [plain, URL]
    assert find(f"{plain} filename=a b c, then &more\n{URL}") == [plain, URL]


def test_urls_beside_each_other_are_told_apart() -> None:
    other = URL.replace("report", "other")
    for between in (" ", ",", "|", "\n", '","', "\\n", ";"):
        assert find(URL + between + other) == [URL, other], between


@pytest.mark.parametrize(
    "written",
    [
        "",
        "https://example.com/",
        "https://example.com/?page=2&token=1",
        "https://example.com/?expires=1",
        "X-Amz-Signature=",
        "https://https://https://",
        base64.b64encode(b"https://example.com/").decode(),
    ],
)
def test_what_nobody_signed_is_left_alone(written: str) -> None:
    assert find(written) == []


def test_each_stands_at_the_line_where_it_begins() -> None:
    text = mail("base64").encode()
    unfolded = unfold(text, find_transfer_encodings(text))
    (found,) = find_texts(unfolded.data, len(unfolded.data))
    line = unfolded.data.count(b"\n", 0, found.offset) + unfolded.count_breaks(found.offset) + 1
    assert base64.b64encode(b"Hello,")[:8].decode() in text.decode().split("\r\n")[line - 1]


def test_what_begins_in_the_next_block_is_left_to_it() -> None:
    data = f"{URL} {URL.replace('report', 'other')}".encode()
    assert [found.offset for found in find_texts(data, len(URL) + 1)] == [0]


HOSTILE: list[Callable[[int], bytes]] = [
    lambda size: b"https://" * (size // 8),
    lambda size: b"https://a/?X-Amz-Signature=" * (size // 27),
    lambda size: b"https://a/?X-Amz-Signature=1," * (size // 29),
    lambda size: b"X-Amz-Signature=" * (size // 16),
    lambda size: b"a.a/X-Amz-Signature=" * (size // 20),
    lambda size: b"aHR0cHM6Ly9h" * (size // 12),
    lambda size: b"\\" * size,
    lambda size: b"\0" * size,
    lambda size: b"https:" + b"%25" * (size // 3),
    lambda size: b"Content-Transfer-Encoding: quoted-printable\n" + b"=\n" * (size // 2),
    lambda size: b"Content-Transfer-Encoding: base64\n" + (b"A" * 76 + b"\n") * (size // 77),
    lambda size: b"https://a/?signature=1&expires=2&" + b"a=1&" * (size // 4),
    lambda size: (b"https://a/?signature=1\n" + b"a\n" * 8) * (size // 39),
]


@pytest.mark.parametrize("make", HOSTILE, ids=range(len(HOSTILE)))
def test_the_time_is_linear_whatever_stands_there(make: Callable[[int], bytes]) -> None:
    """In the fastest of three runs each, since other programs run too; quadratic would be 64 times as long."""

    def measure(size: int) -> float:
        data, times = make(size), []
        for _ in range(3):
            began = time.process_time()
            unfolded = unfold(data, find_transfer_encodings(data))
            for _found in find_texts(unfolded.data, len(unfolded.data)):
                pass
            times.append(time.process_time() - began)
        return min(times)

    small, large = measure(32_000), measure(256_000)
    assert large < 24 * max(small, 0.002)


def test_every_signer_of_the_table_can_be_found() -> None:
    written = (
        "https://acct.blob.core.windows.net/c/a.csv?sv=2023-11-03&se=2026-01-01T00%3A00%3A00Z&sr=b&sp=r&sig=eA%3D%3D",
        "https://cdn.discordapp.com/attachments/1/2/a.png?ex=66aa&is=66ab&hm=0123",
        "https://x.supabase.co/storage/v1/object/sign/b/a.png?token=eyJh.eyJl.c2ln",
        "https://f001.backblazeb2.com/file/b/a?Authorization=3_20260101000000_a_b_20260102000000_0000_dnld",
        "https://objectstorage.eu-frankfurt-1.oraclecloud.com/p/FakeParToken0FakeParToken1/n/ns/b/files/o/a.zip",
        "https://d111111abcdef8.cloudfront.net/a?Expires=1&Signature=x&Key-Pair-Id=K1",
        "https://b.s3.amazonaws.com/k?AWSAccessKeyId=AKIAX&Signature=eA&Expires=4102444800",
    )
    for url in written:
        assert re.sub(r"\s", "", "".join(find(url))) == url
