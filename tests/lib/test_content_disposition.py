import re
from email.message import Message
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from links.lib.content_disposition import MAX_NAME_BYTES, attachment, make_sendable
from tests.injection.payloads import PAYLOADS

SHAPE = re.compile(
    r"attachment; filename=\"([ !#$&'()+,\-.0-9=@A-Z\[\]^_`a-z{|}~]+)\"; filename\*=UTF-8''([!#$&+\-.0-9A-Z^_`a-z|~%]+)"
)


def saved_as(filename: str) -> tuple[str, str]:
    """The two names of the header: the fallback's, and the one that modern browsers take."""
    found = SHAPE.fullmatch(attachment(filename))
    assert found is not None
    return found[1], unquote(found[2], errors="strict")


@pytest.mark.parametrize(
    ("header", "sent"),
    [
        ("inline", "inline"),
        ('attachment; filename="résumé.pdf"', attachment("résumé.pdf")),
        ("inline; filename*=UTF-8''r%C3%A9sum%C3%A9.pdf", "inline; filename*=UTF-8''r%C3%A9sum%C3%A9.pdf"),
        (
            "inline; filename=\"é.pdf\"; filename*=utf-8'en'%C3%A9.pdf",
            attachment("é.pdf").replace("attachment", "inline"),
        ),
        ("attachment; filename*=UTF-8''gpj%E2%80%AEexe.pdf", attachment("gpjexe.pdf")),
        ("inline; filename=a–b.md", "inline; filename=\"a_b.md\"; filename*=UTF-8''a%E2%80%93b.md"),
        ('attachment; filename="年報.pdf"', attachment("年報.pdf")),
        ('attachment; filename="a\r\nSet-Cookie: b.txt"', attachment("aSet-Cookie: b.txt")),
        ("inline; name=年報", "inline"),
        ("年報", "attachment"),
    ],
)
def test_a_header_that_no_store_can_send_is_written_as_it_can(header: str, sent: str) -> None:
    assert make_sendable(header).replace("?", "_") == sent


@pytest.mark.parametrize(
    ("filename", "fallback", "name"),
    [
        ("report.pdf", "report.pdf", "report.pdf"),
        ("Übersicht 2026.pdf", "Ubersicht 2026.pdf", "Übersicht 2026.pdf"),
        ("U\u0308bersicht 2026.pdf", "Ubersicht 2026.pdf", "Übersicht 2026.pdf"),
        ("re\u0301sume\u0301.pdf", "resume.pdf", "résumé.pdf"),
        ("ホ\u309aスター.pdf", "download.pdf", "ポスター.pdf"),
        ("資料.pdf", "download.pdf", "資料.pdf"),
        ("資料", "download", "資料"),
        ('a"b;c\\d.txt', "a_b_c_d.txt", 'a"b;c_d.txt'),
        ("100%.txt", "100_.txt", "100%.txt"),
        ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie_ x=1.txt", "aSet-Cookie: x=1.txt"),
        ("folder/name.txt", "folder_name.txt", "folder_name.txt"),
        ("gpj.\u202eexe.txt", "gpj.exe.txt", "gpj.exe.txt"),
    ],
)
def test_a_name_is_written_for_old_and_for_new_browsers(filename: str, fallback: str, name: str) -> None:
    assert saved_as(filename) == (fallback, name)


@pytest.mark.parametrize("filename", ["", " ", "\n", "..", ".", "\u200b"])
def test_a_name_with_nothing_in_it_leaves_the_choice_to_the_browser(filename: str) -> None:
    assert attachment(filename) == "attachment"


def test_a_long_name_keeps_its_ending() -> None:
    _, name = saved_as("資" * 300 + ".pdf")
    assert name.endswith("資.pdf")
    assert len(name.encode()) <= MAX_NAME_BYTES


def test_a_long_name_is_not_cut_between_a_letter_and_its_mark() -> None:
    for before in range(4):
        _, name = saved_as("a" * before + "q\u0301" * 200 + ".pdf")
        assert name.endswith("q\u0301.pdf")
        assert len(name.encode()) <= MAX_NAME_BYTES


@pytest.mark.parametrize("name", PAYLOADS)
def test_no_name_turns_hides_or_leaves_ascii(name: str) -> None:
    quoted = quote(PAYLOADS[name])
    written = [attachment(PAYLOADS[name]), make_sendable(f"attachment; filename*=UTF-8''{quoted}")]
    written += make_sendable(f"attachment; filename={PAYLOADS[name]}"), make_sendable(PAYLOADS[name])
    for header in written:
        assert header.isascii()
        assert header.isprintable()
        assert not {chr(mark) for mark in (0x202A, 0x202D, 0x202E, 0x2066, 0x2069, 0, 0x1B)} & set(unquote(header))


@given(st.text(max_size=400))
def test_no_name_can_break_out_of_the_header(filename: str) -> None:
    header = attachment(filename)
    assert header == "attachment" or SHAPE.fullmatch(header)
    message = Message()
    message["Content-Disposition"] = header
    assert message.get_content_disposition() == "attachment"
