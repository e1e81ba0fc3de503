"""Messages to customers are held to the letter: staff send them on as they are."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from links.texts.mail.handover import Handover, write, write_anew

URL = "https://share.example.com/s/abc?a=1&b=2"
PLAN = Handover(
    url=URL,
    name="A & B's “plan”.pdf",
    until=datetime(2026, 12, 24, 9, tzinfo=UTC),
    size=1234567,
    customer="ACME <Ltd>",
    is_company=True,
    sender="Mika Ogata",
    company="Example Ltd.",
    zone=ZoneInfo("Asia/Tokyo"),
    starts_at=datetime(2026, 12, 1, 9, tzinfo=UTC),
    downloads=3,
    needs_password=True,
)
PLAIN = replace(PLAN, name="c.pdf", size=None, customer="", sender="", company="", starts_at=None, downloads=None)


def test_a_message_in_english() -> None:
    message = write(PLAN, "en")
    assert message.subject == "Your file “A & B's “plan”.pdf” is ready to download"
    assert message.text == (
        "Dear ACME <Ltd>,\n\nThis message is from Mika Ogata (Example Ltd.).\n\n"
        "Your file is ready. Please download it from this URL.\n\n"
        f"File: A & B's “plan”.pdf (1.2 MB)\nURL: {URL}\n"
        "Available from: 1 December 2026, 18:00 JST\nAvailable until: 24 December 2026, 18:00 JST\n"
        "Downloads allowed: 3 times\n\n"
        "You need a password to open the page. I will send it to you separately.\n\n"
        "Kind regards\n\nExample Ltd.\nMika Ogata\n"
    )


def test_a_message_in_japanese() -> None:
    message = write(PLAN, "ja")
    assert message.subject == "ファイル「A & B's “plan”.pdf」のダウンロードのご案内"
    assert message.text == (
        "ACME <Ltd> 御中\n\nいつもお世話になっております。\nExample Ltd.のMika Ogataです。\n\n"
        "ファイルをご用意いたしました。下記のURLよりダウンロードをお願いいたします。\n\n"
        f"ファイル：A & B's “plan”.pdf（1.2 MB）\nURL：{URL}\n"
        "利用開始日時：2026年12月1日 18:00（日本時間）\n有効期限：2026年12月24日 18:00（日本時間）\n"
        "ダウンロード可能回数：3回\n\n"
        "ページを開く際にパスワードの入力が必要です。パスワードは別途お送りいたします。\n\n"
        "何卒よろしくお願いいたします。\n\nExample Ltd.\nMika Ogata\n"
    )


def test_a_person_is_addressed_as_one_and_without_a_company_the_sender_stands_alone() -> None:
    to_a_person = replace(PLAN, customer="緒方", is_company=False, company="")
    assert write(to_a_person, "ja").text.startswith(
        "緒方 様\n\nいつもお世話になっております。\nMika Ogataです。\n\nファイル"
    )
    assert write(to_a_person, "en").text.startswith("Dear 緒方,\n\nThis message is from Mika Ogata.\n\nYour file")
    assert write(PLAIN, "ja").text.startswith("いつもお世話になっております。\n\nファイル")


@pytest.mark.parametrize(("size", "english", "japanese"), [(682, "682 bytes", "682バイト"), (1, "1 byte", "1バイト")])
def test_a_small_size_is_written_in_bytes(size: int, english: str, japanese: str) -> None:
    small = replace(PLAIN, size=size)
    assert f"({english})" in write(small, "en").text
    assert f"（{japanese}）" in write(small, "ja").text


def test_a_title_stands_beside_the_name_under_which_the_file_is_saved() -> None:
    titled = replace(PLAIN, name="The plan", filename="c.pdf")
    assert "File: The plan (c.pdf)\n" in write(titled, "en").text
    assert "File: The plan (c.pdf, 1.2 MB)\n" in write(replace(titled, size=1234567), "en").text
    assert "File: c.pdf\n" in write(replace(titled, name="c.pdf"), "en").text


def test_new_urls_come_in_one_message_and_one_alone_is_named() -> None:
    until = "Available until: 24 December 2026, 18:00 JST\n"
    both = write_anew([PLAIN, replace(PLAIN, name="d.pdf")], "en")
    assert both.subject == "New URLs for 2 files"
    assert both.text == (
        "Hello,\n\n"
        "The URLs that you received for these files will not work as long as planned. Please use the new URLs "
        "from now on.\n\n"
        f"File: c.pdf\nURL: {URL}\n{until}\nFile: d.pdf\nURL: {URL}\n{until}\nKind regards\n"
    )
    assert write_anew([PLAIN], "en").subject == "New URL for your file “c.pdf”"
