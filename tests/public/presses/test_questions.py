"""What customers ask on a link's page, and what is kept of them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from links.domain.sharing import EVERYTHING
from links.domain.visits.access import ASKERS, QUESTIONS
from links.models import LinkMail, ShareLink, TimeRequest, Visit
from links.services.links import changes
from tests.fixtures import Setup
from tests.site_settings import SiteSettings

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer
from tests.public.presses.pressing import create_link, outcomes, page_of, text

# More time ------------------------------------------------------------------------------------------------------


def find_question(answer: Answer) -> dict[str, str]:
    found = re.search(r'name="which" value="([^"]+)"', text(answer))
    assert found
    return {"which": found[1]}


def test_more_time_is_asked_for_once_and_given_to_the_same_url(
    client: Client, setup: Setup, now: datetime, admin_user: User
) -> None:
    new_link = create_link(setup, promised_until=now - timedelta(days=1), owner=admin_user)
    question = find_question(client.get(page_of(new_link)))
    for message in ("One more day, please", "Hello?"):
        answer = client.post("/ask", {**question, "message": message, "mail": "kim@example.com"}, follow=True)
        assert answer.redirect_chain == [("/asked/time/owner?lang=en", 303)]
        assert "Your request was sent" in text(answer)
    said = TimeRequest.objects.get().messages.get()
    assert (said.message, said.mail) == ("Hello?", "kim@example.com")
    assert LinkMail.objects.get().to == admin_user.email
    assert "asked" in outcomes()
    changes.change_end(
        new_link.link, "1 day", zone=timezone.get_current_timezone(), now=timezone.now(), scope=EVERYTHING
    )
    assert client.get(page_of(new_link)).status_code == 302
    assert "works again" in text(client.post("/ask", question, follow=True))


@pytest.mark.parametrize(
    ("told", "owner", "alerts"),
    [
        ("to the sender", True, []),
        ("to the people who run this site", False, ["ops@example.com"]),
        ("nobody is notified. Please also contact the sender", False, []),
    ],
)
def test_the_page_says_who_is_told_before_and_after_asking(
    client: Client,
    setup: Setup,
    admin_user: User,
    site_settings: SiteSettings,
    *,
    told: str,
    owner: bool,
    alerts: list[str],
) -> None:
    site_settings.ALERT_MAILS = alerts
    new_link = create_link(
        setup, promised_until=timezone.now() - timedelta(days=1), owner=admin_user if owner else None
    )
    page = client.get(page_of(new_link))
    assert told in text(page)
    answer = client.post("/ask", {**find_question(page), "message": "One more day, please"}, follow=True)
    assert told in text(answer)
    assert ("sent to the sender" in text(answer)) is owner
    written = list(LinkMail.objects.values_list("to", "channel"))
    assert written == ([(admin_user.email, "")] if owner else [("", "mail")] if alerts else [])


def test_a_question_is_not_on_its_way_where_the_link_was_revoked_meanwhile(
    client: Client, setup: Setup, now: datetime
) -> None:
    new_link = create_link(setup, promised_until=now)
    question = find_question(client.get(page_of(new_link)))
    changes.revoke(new_link.link, timezone.now())
    answer = client.post("/ask", question)
    assert answer.status_code == 410
    assert text(answer) == text(client.get(page_of(new_link)))
    assert not TimeRequest.objects.exists()


@pytest.mark.parametrize(
    "address", ["/ask", *(f"/asked/{what}" for what in ("time/owner", "time/nobody", "download/site", "again/owner"))]
)
def test_what_stands_in_the_address_bar_after_asking_can_be_opened_in_both_languages(
    address: str, client: Client, db: None
) -> None:
    for language in ("en", "ja"):
        page = client.get(f"{address}?lang={language}")
        assert page.status_code == 200
        assert f'<html lang="{language}">' in text(page)
        assert 'href="?lang=ja"' in text(page)
    for unknown in ("/asked/nothing/owner", "/asked/time/king"):
        assert client.get(unknown).status_code == 404


def test_who_asks_after_many_others_is_told_that_it_is_not_kept(client: Client, setup: Setup, now: datetime) -> None:
    question = find_question(client.get(page_of(create_link(setup, promised_until=now))))
    for number in range(ASKERS):
        asked = {**question, "mail": f"c{number}@example.com"}
        assert client.post("/ask", asked, REMOTE_ADDR=f"198.51.{number}.1").status_code == 303
    late = client.post("/ask", {**question, "mail": "late@example.com"})
    assert late.status_code == 429
    assert "Your message was not saved" in text(late)
    assert TimeRequest.objects.get().messages.count() == ASKERS


@pytest.mark.parametrize(
    ("cookie", "language", "kept"),
    [("Asia/Tokyo", "ja", ("ja", "Asia/Tokyo")), ("../etc", "en", ("en", "")), ("", "fr", ("en", ""))],
)
def test_the_language_and_the_zone_of_who_asks_are_kept_for_the_answer(
    cookie: str, language: str, kept: tuple[str, str], client: Client, setup: Setup, now: datetime
) -> None:
    question = find_question(client.get(page_of(create_link(setup, promised_until=now))))
    client.cookies["tz"] = cookie
    client.post("/ask", question, headers={"accept-language": language})
    said = TimeRequest.objects.get().messages.get()
    assert (said.language, said.zone) == kept


def test_a_page_that_was_turned_to_another_language_asks_in_it(client: Client, setup: Setup, now: datetime) -> None:
    page = client.get(f"{page_of(create_link(setup, promised_until=now))}?lang=ja")
    asking = re.search(r'action="(/ask[^"]*)"', text(page))
    assert asking
    answer = client.post(asking[1], find_question(page), follow=True)
    assert "ご依頼を記録しました" in text(answer)
    assert TimeRequest.objects.get().messages.get().language == "ja"


def test_who_asks_for_another_download_is_not_told_that_they_asked_for_time(client: Client, setup: Setup) -> None:
    question = find_question(client.get(page_of(create_link(setup, download_limit=1, visit_count=1))))
    answer = text(client.post("/ask?lang=ja", question, follow=True))
    assert "追加のダウンロードを依頼しました" in answer
    assert "期限の延長" not in answer


def test_a_machine_that_fills_in_everything_asks_nobody(client: Client, setup: Setup, now: datetime) -> None:
    new_link = create_link(setup, promised_until=now)
    question = find_question(client.get(page_of(new_link)))
    assert client.post("/ask", {**question, "left_empty": "Bot"}).status_code == 410
    assert not TimeRequest.objects.exists()


def test_a_person_whose_password_manager_filled_in_the_trap_is_told_and_loses_nothing(
    client: Client, setup: Setup, now: datetime
) -> None:
    question = find_question(client.get(page_of(create_link(setup, promised_until=now))))
    page = text(client.post("/ask", {**question, "message": "For the audit", "left_empty": "Sato"}))
    assert "This field was filled in automatically. Empty it, then send again." in page
    assert 'class="trap"' not in page
    assert 'value="Sato"' in page
    assert "For the audit" in page
    asked = client.post("/ask", {**question, "message": "For the audit", "left_empty": ""})
    assert asked.status_code == 303
    assert TimeRequest.objects.get().messages.get().message == "For the audit"


@pytest.mark.parametrize("kept", ["short", "none"])
def test_two_hundred_questions_are_one_request_and_one_mail(
    client: Client, setup: Setup, now: datetime, admin_user: User, site_settings: SiteSettings, kept: str
) -> None:
    site_settings.VISIT_ADDRESSES = kept
    question = find_question(client.get(page_of(create_link(setup, promised_until=now, owner=admin_user))))
    statuses = [client.post("/ask", {**question, "message": f"Please {n}"}).status_code for n in range(200)]
    assert statuses == [303] * QUESTIONS.max_count + [429] * (200 - QUESTIONS.max_count)
    assert TimeRequest.objects.get().messages.count() == QUESTIONS.max_count
    assert LinkMail.objects.count() == 1
    assert Visit.objects.count() <= 2
    elsewhere = client.post("/ask", {**question, "mail": "kim@example.com"}, REMOTE_ADDR="198.51.100.1")
    assert elsewhere.status_code == 303
    assert TimeRequest.objects.get().messages.filter(mail="kim@example.com").exists()


def test_a_bad_mail_address_is_said_and_the_message_kept(client: Client, setup: Setup, now: datetime) -> None:
    new_link = create_link(setup, promised_until=now)
    question = find_question(client.get(page_of(new_link)))
    answer = client.post("/ask", {**question, "message": "Please", "mail": "kim@"})
    assert answer.status_code == 410
    assert "Please" in text(answer)
    assert "errorlist" in text(answer)
    assert not TimeRequest.objects.exists()


@pytest.mark.parametrize("which", ["", "1", "nonsense:x"])
def test_nobody_asks_about_a_link_that_they_were_not_shown(which: str, client: Client, setup: Setup) -> None:
    setup.create_link()
    assert client.post("/ask", {"which": which}).status_code == 404


def test_a_used_up_link_offers_to_ask_and_a_revoked_one_does_not(client: Client, setup: Setup) -> None:
    new_link = create_link(setup, download_limit=1, visit_count=1)
    shown = client.get(page_of(new_link))
    assert "Request another download" in text(shown)
    assert "Request more time" not in text(shown)
    answer = client.post("/ask", {**find_question(shown), "message": "", "mail": "", "left_empty": ""}, follow=True)
    assert "When your request is approved" in text(answer)
    changes.revoke(new_link.link, timezone.now())
    assert 'name="which"' not in text(client.get(page_of(new_link)))


# What is kept, and told -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kept", "address"), [("short", "203.0.113.0/24"), ("full", "203.0.113.77"), ("none", "")])
def test_as_much_of_an_address_is_kept_as_the_site_says(
    kept: str, address: str, client: Client, setup: Setup, site_settings: SiteSettings
) -> None:
    site_settings.VISIT_ADDRESSES = kept
    client.get(page_of(setup.create_link()), REMOTE_ADDR="203.0.113.77", headers={"User-Agent": "curl/8.5.0"})
    row = Visit.objects.get()
    assert (row.address, row.browser) == (address, "curl")


def test_the_owner_is_told_of_downloads_once_an_hour(client: Client, setup: Setup, admin_user: User) -> None:
    new_link = create_link(setup, notify_downloads=True, owner=admin_user)
    for _ in range(3):
        client.get(page_of(new_link))
    assert LinkMail.objects.get().kind == "downloaded"
    ShareLink.objects.update(download_notified_at=timezone.now() - timedelta(hours=1))
    client.get(page_of(new_link))
    assert LinkMail.objects.count() == 2


def test_a_download_that_goes_on_is_not_counted_again(client: Client, setup: Setup) -> None:
    new_link = setup.create_link()
    client.get(page_of(new_link))
    assert client.get(page_of(new_link), headers={"Range": "bytes=500-"}).status_code == 302
    new_link.link.refresh_from_db()
    assert new_link.link.visit_count == 1
    assert outcomes() == ["served", "resumed"]


@pytest.mark.parametrize("address", ["/s/x?lang=ja", "/f/x?lang=ja", "/g/x/?lang=ja"])
def test_a_reader_chooses_the_language_without_a_cookie(address: str, client: Client, db: None) -> None:
    answer = client.get(address)
    assert '<html lang="ja">' in text(answer)
    assert answer.status_code == 404


def test_who_comes_back_reads_that_the_question_waits(
    client: Client, setup: Setup, now: datetime, admin_user: User
) -> None:
    new_link = create_link(setup, promised_until=now - timedelta(days=1), owner=admin_user)
    told = "This was requested on"
    assert told not in text(client.get(page_of(new_link)))
    client.post("/ask", find_question(client.get(page_of(new_link))))
    assert told in text(client.get(page_of(new_link)))
    TimeRequest.objects.update(answered_at=now)
    assert told not in text(client.get(page_of(new_link)))
