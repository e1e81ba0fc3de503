import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from links.domain.link_mails import LinkMailKind
from links.texts.mail.link_mails import MailContext, body, subject

NOW = datetime(2026, 12, 24, 9, tzinfo=UTC)
URL = "https://share.example.com/s/0123456789"
PAGE = "https://share.example.com/admin/links/sharelink/7/change/"
ABOUT_MANY = (LinkMailKind.IMPORTED, LinkMailKind.TRANSFERRED)
ABOUT_ONE_LINK = [kind for kind in LinkMailKind if kind not in ABOUT_MANY]
ENDING = MailContext(
    LinkMailKind.ENDING,
    name="Annual report",
    promised_until=NOW + timedelta(days=3),
    happened_at=NOW,
    composed_at=NOW,
    page=PAGE,
    number=7,
    place="files/reports/2026.pdf",
    customer="ACME",
    owner="Mika Ogata",
    downloads=3,
    download_limit=5,
)


def of_kind(kind: LinkMailKind, **other: object) -> MailContext:
    return replace(ENDING, kind=kind, **other)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ABOUT_ONE_LINK)
def test_every_letter_names_the_file_and_until_when(language: str, kind: LinkMailKind) -> None:
    context = of_kind(kind)
    assert "Annual report" in subject(context)
    assert "Annual report" in body(context)
    assert ("2026年12月27日 9:00（UTC）" if language == "ja" else "27 December 2026, 09:00 UTC") in body(context)
    is_to_customer = kind is LinkMailKind.TIME_GRANTED
    assert (("対応方法" if language == "ja" else "What to do") in body(context)) is not is_to_customer
    assert not re.search("[:：][:：]", body(context))


def test_a_letter_to_the_letter(english: None) -> None:
    assert subject(ENDING) == "[Holdfast] Expires soon: Annual report"
    assert body(ENDING) == (
        "Your link expires in 3 days, on 27 December 2026, 09:00 UTC.\n\n"
        "Link: #7 Annual report\nObject: files/reports/2026.pdf\nCustomer: ACME\n"
        "Promised until: 27 December 2026, 09:00 UTC\nDownloads: 3 of 5\n\n"
        "What to do\n"
        "If it is still needed, extend it on this page. The customer's URL stays the same. If not, do nothing: "
        f"it expires on its own.\n{PAGE}\n"
    )
    granted = of_kind(LinkMailKind.TIME_GRANTED, sender="Mika Ogata", url=URL, is_answered=True)
    assert subject(granted) == "Your link works again: Annual report"
    assert body(granted) == (
        "Dear ACME,\n\nThis message is from Mika Ogata.\n\n"
        "You have more time: the file is available until 27 December 2026, 09:00 UTC.\n\n"
        "File: Annual report\n\n"
        f"Open this link. It is the same as before.\n{URL}\n\n"
        "If you have a question, reply to this mail.\n"
    )


@pytest.mark.parametrize("kind", [kind for kind in ABOUT_ONE_LINK if kind is not LinkMailKind.TIME_GRANTED])
def test_the_sender_is_led_to_the_links_page(english: None, kind: LinkMailKind) -> None:
    told = body(of_kind(kind))
    assert PAGE in told
    assert "Customer: ACME" in told
    assert "Downloads: 3 of 5" in told


def test_a_customer_is_told_nothing_of_our_house(english: None) -> None:
    told = body(of_kind(LinkMailKind.TIME_GRANTED, sender="Ken"))
    assert "Open the link that you received. Its address has not changed." in told
    for ours in ("admin", "files/reports", "Mika Ogata", "reply to this mail"):
        assert ours not in told


def test_a_stranger_is_told_who_gave_time_and_nothing_of_the_file(english: None) -> None:
    granted = of_kind(
        LinkMailKind.TIME_GRANTED, is_known=False, sender="Ken", company="Example Ltd.", is_answered=True, asked_at=NOW
    )
    assert subject(granted) == "Your link works again"
    assert body(granted) == (
        "This message is from Ken (Example Ltd.).\n\n"
        "You have more time: the file is available until 27 December 2026, 09:00 UTC.\n"
        "This is the answer to your request of 24 December 2026, 09:00 UTC.\n\n"
        "Open the link that you received. Its address has not changed.\n\n"
        "If you have a question, reply to this mail.\n"
    )


def test_a_japanese_company_is_written_to_as_one() -> None:
    granted = of_kind(LinkMailKind.TIME_GRANTED, customer="山田商事", is_company=True, sender="緒方", url=URL)
    with translation.override("ja"):
        told = body(granted)
    assert "2026年12月27日" in told
    assert told.count("2026年12月27日") == 1
    assert told.startswith("山田商事 御中\n\nいつもお世話になっております。\n緒方です。\n\n")


def test_what_cannot_be_extended_is_not_said_to_be(english: None) -> None:
    assert "extend it on this page" in body(ENDING)
    assert "press “Replace with a stable link”" in body(replace(ENDING, is_stable=False))


def test_an_end_that_came_before_the_letter_is_told_as_past(english: None) -> None:
    assert "Your link expired on 27 December" in body(replace(ENDING, composed_at=ENDING.promised_until))


def test_a_customers_own_words_are_one_line_among_ours(english: None) -> None:
    told = body(of_kind(LinkMailKind.TIME_ASKED, message="Please,\nCustomer: EVIL\x1b[2J", mail="c@example.com"))
    assert "Customer's message: Please,\N{REPLACEMENT CHARACTER}Customer: EVIL" in told
    assert "\x1b" not in told
    assert "Customer's mail address: c@example.com" in told


def test_without_a_customer_somebody_asked(english: None) -> None:
    assert body(of_kind(LinkMailKind.TIME_ASKED, customer="")).startswith(
        "A customer requested more time on 24 December"
    )


def test_a_download_is_told_with_what_is_not_known(english: None) -> None:
    assert "Only the store knows whether it finished." in body(of_kind(LinkMailKind.DOWNLOADED))
