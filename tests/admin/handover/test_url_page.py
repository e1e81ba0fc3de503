"""Handing a link over: its URL, its QR code, and messages that are ready to be sent."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import unquote, urlsplit

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from links.admin.handover import qr
from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.facts import Delivery
from links.domain.sharing import EVERYTHING
from links.models import Customer, ShareLink
from links.queries import own_urls
from links.services.link_terms import Terms
from links.services.links import changes
from links.services.visits.clicks import find_link
from links.texts.pages.histories import render
from tests.admin.link_pages import ADD, SignIn, fill, page_of, read
from tests.fixtures import Setup, token_of


def ask(client: Client, link: ShareLink) -> tuple[str, list[tuple[str, str]]]:
    """The page, and each message with its language."""
    answer = client.post(f"/admin/links/sharelink/{link.pk}/url/")
    messages = [(message.language, message.text) for message in answer.context["page"].messages]
    return answer.content.decode(), messages


def test_the_url_stands_in_a_code_and_in_a_message_of_each_language(admin_client: Client, setup: Setup) -> None:
    new_link = setup.create_link()
    page, messages = ask(admin_client, new_link.link)
    assert "<svg" in page
    assert {language for language, _text in messages} == {"en", "ja"}
    assert all(new_link.url in text for _language, text in messages)


def test_customers_read_the_full_name_of_the_sender_and_never_the_name_of_an_account(
    sign_in: SignIn, setup: Setup
) -> None:
    client = sign_in("view_sharelink", "change_sharelink", "see_every_sharelink")
    link, sender = setup.create_link().link, User.objects.get(username="mika")
    page, messages = ask(client, link)
    assert all("mika" not in text and "This message is from" not in text for _language, text in messages)
    assert "Your account has no full name" in page
    User.objects.create_superuser("boss", first_name="Bea", last_name="Boss")
    assert "These colleagues can enter it for you: Bea Boss." in ask(client, link)[0]
    User.objects.filter(pk=sender.pk).update(first_name="Mika", last_name="Ogata")
    page, messages = ask(client, link)
    assert "Your account has no full name" not in page
    assert any("This message is from Mika Ogata." in text for _language, text in messages)


def test_who_may_enter_their_own_name_is_led_to_where(admin_client: Client, setup: Setup, admin_user: User) -> None:
    page, _messages = ask(admin_client, setup.create_link().link)
    assert f'href="/admin/auth/user/{admin_user.pk}/change/">Enter your full name</a>' in page


def test_the_customers_language_comes_first_and_the_end_is_in_their_zone(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link("2090-12-24 12:00").link
    link.customer = Customer.objects.create(name="緒方", language="ja", zone="Asia/Tokyo", created_at=timezone.now())
    link.save()
    _page, messages = ask(admin_client, link)
    assert [language for language, _text in messages] == ["ja", "en"]
    assert all("緒方" in text and "21:00" in text for _language, text in messages)


def test_a_customers_zone_that_is_none_any_more_hinders_nobody(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link("2090-12-24 12:00").link
    link.customer = Customer.objects.create(name="Ogata", zone="Mars/Olympus", created_at=timezone.now())
    link.save()
    assert "12:00" in ask(admin_client, link)[1][0][1]


def test_how_many_downloads_are_left_is_told_and_a_password_is_not(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    changes.change_terms(link, Terms(password="correct horse", download_limit=3), EVERYTHING, timezone.now())
    ShareLink.objects.update(visit_count=1)
    page, messages = ask(admin_client, link)
    english = dict(messages)["en"]
    assert re.search(r"\b2\b.*(download|times)", english) or "twice" in english
    assert "password" in english.lower()
    assert "It needs its password as well" in page
    assert "Anyone who has this URL and the password can download the file." in page
    assert "Anyone who has this URL can download the file." not in page
    assert "correct horse" not in page


def test_whoever_hands_over_what_will_die_early_or_is_broken_is_told(admin_client: Client, setup: Setup) -> None:
    User.objects.update(first_name="Bea")
    link = setup.create_link("2090-12-24 12:00").link
    dies = Finding(Code.LIFECYCLE_DELETES, Verdict.AT_RISK, datetime(2090, 11, 25, 14, 12, tzinfo=UTC))
    ShareLink.objects.update(verdict="at_risk", findings=[dies.to_json()])
    assert "It stops working on 25 November 2090, 14:12 UTC at the latest" in ask(admin_client, link)[0]
    ShareLink.objects.update(verdict="broken", findings=[Finding(Code.OBJECT_MISSING, Verdict.BROKEN).to_json()])
    assert "It never worked: Object is missing." in ask(admin_client, link)[0]
    ShareLink.objects.update(verdict="healthy", findings=[])
    assert 'class="caution"' not in ask(admin_client, link)[0]


def test_for_a_link_that_works_no_more_there_is_no_message(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    changes.revoke(link, timezone.now())
    page, messages = ask(admin_client, link)
    assert messages == []
    assert "there is no message to send" in page


def test_only_who_made_the_link_is_shown_its_url_without_a_record(
    admin_client: Client, setup: Setup, admin_user: User
) -> None:
    new_link = setup.create_link()
    session = admin_client.session
    session["show-url-once"] = new_link.link.pk
    session.save()
    assert admin_client.get(f"/admin/links/sharelink/{new_link.link.pk}/url/").status_code == 403
    ShareLink.objects.update(owner=admin_user)
    assert new_link.url in admin_client.get(f"/admin/links/sharelink/{new_link.link.pk}/url/").content.decode()
    again = admin_client.get(f"/admin/links/sharelink/{new_link.link.pk}/url/")
    assert again["Location"] == f"/admin/links/sharelink/{new_link.link.pk}/change/"


def test_a_code_holds_nothing_of_a_texts_markup_and_is_left_out_where_none_could_hold_it() -> None:
    assert "script" not in qr.draw("https://share.example.com/s/<script>")
    assert qr.draw("x" * 5_000) == ""


def test_a_presigned_url_is_handed_over_as_it_is(admin_client: Client, setup: Setup) -> None:
    new_link = setup.create_link("1 day", Delivery.PRESIGNED)
    _page, messages = ask(admin_client, new_link.link)
    assert all(new_link.url in text for _language, text in messages)
    assert new_link.link.promised_until <= timezone.now() + timedelta(days=1)


def test_the_url_is_shown_once_after_saving(admin_client: Client, setup: Setup) -> None:
    answer = admin_client.post(ADD, fill(setup), follow=True)
    link = ShareLink.objects.get()
    url = own_urls.reveal_url(link)
    assert url in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert admin_client.get(page_of(link, "url"))["Location"] == page_of(link)
    assert token_of(url) not in read(admin_client, page_of(link))


def test_the_session_that_shows_it_once_keeps_no_secret(admin_client: Client, setup: Setup) -> None:
    admin_client.post(ADD, fill(setup))
    link = ShareLink.objects.get()
    assert token_of(own_urls.reveal_url(link)) not in str(dict(admin_client.session))


def test_a_presigned_urls_page_says_that_it_cannot_be_stopped(admin_client: Client, setup: Setup) -> None:
    answer = admin_client.post(ADD, fill(setup, delivery="presigned", lifetime="1 day"), follow=True)
    assert "Revoking it here cannot stop it at the store" in answer.content.decode()


def test_the_url_is_shown_again_only_on_the_record(admin_client: Client, setup: Setup) -> None:
    new_link = setup.create_link()
    answer = admin_client.post(page_of(new_link.link, "url"))
    assert new_link.url in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert render(LogEntry.objects.get().change_message) == "Viewed the URL."


def test_who_may_make_but_not_change_sees_the_url_of_what_they_made_once(setup: Setup, sign_in: SignIn) -> None:
    client = sign_in("add_sharelink", "view_sharelink")
    answer = client.post(ADD, fill(setup), follow=True)
    link = ShareLink.objects.get()
    assert own_urls.reveal_url(link) in answer.content.decode()
    assert client.post(page_of(link, "url")).status_code == 403


def test_copying_has_the_focus_on_the_page_of_a_new_link_and_there_alone(admin_client: Client, setup: Setup) -> None:
    new = admin_client.post(ADD, fill(setup, save=""), follow=True).content.decode()
    assert new.count("data-first") == 1
    assert re.search(r'data-copy="url"[^>]*data-first', new)
    assert "data-first" not in ask(admin_client, ShareLink.objects.get())[0]


def test_the_next_link_is_for_the_same_customer_and_from_the_same_folder(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    link.customer = Customer.objects.create(name="Ogata & Co.", created_at=timezone.now())
    link.save()
    page, _messages = ask(admin_client, link)
    found = re.search(r'href="([^"]*)">Make another', page)
    assert found
    form = read(admin_client, unescape(found[1]))
    assert 'value="Ogata &amp; Co."' in form
    assert f'<option value="{setup.bucket.pk}" selected>' in form
    assert 'hx-get="/admin/links/sharelink/browse/?prefix=reports/"' in form
    assert f"browse/?bucket={setup.bucket.pk}&amp;prefix=reports/" in form
    assert "report.pdf" in read(
        admin_client, f"/admin/links/sharelink/browse/?bucket={setup.bucket.pk}&prefix=reports/"
    )


def find_named(client: Client, link: ShareLink) -> str:
    found = re.search(r'id="named-url"[^>]*>([^<]*)<', ask(client, link)[0])
    return found[1] if found else ""


def test_a_url_that_ends_in_the_files_name_leads_programs_to_the_file(admin_client: Client, setup: Setup) -> None:
    new_link = setup.create_link()
    named = find_named(admin_client, new_link.link)
    assert unquote(named) == f"{new_link.url}/年次 report.pdf"
    assert named.isascii()
    for tail in ("", "/other.exe", "/a/b/../c?d=e"):  # the name decides nothing
        answer = Client().get(urlsplit(named).path.rpartition("/")[0] + tail)
        assert answer.status_code == 302
        assert "report.pdf" in unquote(answer["Location"])
    assert Client().get(urlsplit(named).path).status_code == 302
    assert find_link(urlsplit(named).path.removeprefix("/s/")) == new_link.link


def test_only_a_link_whose_file_comes_at_once_has_such_a_url(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    for terms in ({"password": "x"}, {"download_limit": 3}, {"slug": "report", "is_public": True}, {"filename": ".."}):
        ShareLink.objects.filter(pk=link.pk).update(**terms)
        assert find_named(admin_client, link) == ""
        ShareLink.objects.filter(pk=link.pk).update(
            password="", download_limit=None, slug=None, is_public=False, filename="report.pdf"
        )
    assert find_named(admin_client, link)
    assert find_named(admin_client, setup.create_link("1 day", Delivery.PRESIGNED).link) == ""
