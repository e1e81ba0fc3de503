"""Editing the terms of a link."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import check_password
from django.test import Client
from django.utils import timezone

from links.domain.judging.facts import Delivery
from links.domain.sharing import EVERYTHING
from links.models import Customer, ShareLink
from links.services.link_terms import Terms
from links.services.links import changes
from tests.admin.link_pages import Filled, page_of, post, read_form, watch
from tests.fixtures import Setup

TERMS = (
    *("title", "customer", "note", "filename", "slug", "is_public"),
    *("download_limit", "starts_at", "remind_days", "notify_downloads"),
)


def test_an_edit_changes_what_was_entered_and_the_history_names_it(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link(note="as it was").link
    entered = read_form(admin_client, link) | {"title": "Plan", "password": "correct horse", "download_limit": "3"}
    post(admin_client, link, "edit", **entered)
    assert (link.title, link.note, link.download_limit) == ("Plan", "as it was", 3)
    assert check_password("correct horse", link.password)
    told = LogEntry.objects.get().get_change_message()
    assert "Title" in told
    assert "correct horse" not in told
    assert "correct horse" not in admin_client.get(page_of(link, "edit")).content.decode()


def test_the_name_of_a_link_that_is_used_up_can_be_changed(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    ShareLink.objects.update(download_limit=2, visit_count=2)
    post(admin_client, link, "edit", **{**read_form(admin_client, link), "title": "Plan"})
    assert (link.title, link.download_limit) == ("Plan", 2)


def test_a_note_puts_nothing_back_that_a_colleague_changed_meanwhile(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link(note="first\nsecond").link
    change(link, title="Plan", download_limit=5, starts_at=datetime(2026, 1, 1, 8, 30, tzinfo=UTC), remind_days=2)
    opened = read_form(admin_client, link)
    acme = Customer.objects.create(name="ACME", created_at=timezone.now())
    change(link, customer=acme, download_limit=1, starts_at=None, remind_days=3, notify_downloads=True)
    assert "Saved." in post(admin_client, link, "edit", **opened | {"note": "third"})
    assert (link.note, link.title) == ("third", "Plan")
    assert (link.customer, link.download_limit, link.starts_at) == (acme, 1, None)
    assert (link.remind_days, link.notify_downloads) == (3, True)
    assert LogEntry.objects.get().get_change_message() == "Changed Note."


@pytest.mark.parametrize("language", ["en", "ja"])
def test_nothing_is_changed_by_saving_what_was_opened(admin_client: Client, setup: Setup, language: str) -> None:
    link = setup.create_link(note="first\nsecond").link
    Customer.objects.create(name="ACME", created_at=timezone.now())
    namesake = Customer.objects.create(name="ACME", created_at=timezone.now())
    terms = {"customer": namesake, "download_limit": 5_000, "remind_days": 2, "notify_downloads": True}
    change(link, title="Plan", starts_at=datetime(2026, 1, 1, 8, 30, tzinfo=UTC), **terms)
    change(link, filename="年次.pdf", slug="annual-report", is_public=True)
    before = read_terms()
    admin_client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    post(admin_client, link, "edit", **read_form(admin_client, link))
    assert read_terms() == before


def test_an_address_that_customers_have_stops_only_for_who_says_that_it_shall(
    admin_client: Client, setup: Setup
) -> None:
    link = setup.create_link().link
    given = {**read_form(admin_client, link), "slug": "annual-report", "is_public": "on"}
    assert "stopped working" not in post(admin_client, link, "edit", **given)
    opened = read_form(admin_client, link)
    assert "Saved." in post(admin_client, link, "edit", **opened | {"slug": " Annual-Report"})
    asked = post(admin_client, link, "edit", **opened | {"slug": "yearly"})
    assert "Customers who received /f/annual-report can no longer open the file there" in asked
    assert "To stop that address, select the checkbox." in asked
    assert link.slug == "annual-report"
    entered = Filled(asked).fields
    assert entered["slug"] == "yearly"
    told = post(admin_client, link, "edit", **entered | {"gives_up_slug": "on"})
    assert "/f/annual-report no longer works. Send the customer" in told
    assert link.slug == "yearly"
    assert {entry.get_change_message() for entry in LogEntry.objects.all()} >= {"Changed Custom address."}


def test_what_is_part_of_a_signed_url_is_not_offered_for_a_change(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link("1 day", Delivery.PRESIGNED).link
    assert read_form(admin_client, link).keys().isdisjoint({"filename", "slug", "is_public", "password"})
    assert "are part of the URL that was signed" in admin_client.get(page_of(link, "edit")).content.decode()


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ({"title": "Plan"}, {"title": "Report"}),
        ({"note": "theirs"}, {"note": "ours"}),
        ({"filename": "theirs.pdf"}, {"filename": "ours.pdf"}),
        ({"slug": "theirs"}, {"slug": "ours"}),
        ({"download_limit": 1}, {"download_limit": "7"}),
        ({"starts_at": None}, {"starts_at": f"{timezone.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"}),
        ({"remind_days": 3}, {"remind_days": "4"}),
        ({"password": "of a colleague"}, {"password": "of our own"}),
        ({"password": "of a colleague"}, {"removes_password": "on"}),
    ],
)
def test_what_a_colleague_changed_too_is_refused(
    admin_client: Client, setup: Setup, theirs: dict[str, Any], ours: dict[str, str]
) -> None:
    link = setup.create_link(note="as it was").link
    begun = datetime(2026, 1, 1, 8, 30, tzinfo=UTC)
    change(link, download_limit=5, starts_at=begun, password="long before", notify_downloads=True, slug="annual")
    opened = read_form(admin_client, link)
    change(link, **theirs)
    before = read_terms()
    assert "Check it and try again" in post(admin_client, link, "edit", **opened | ours)
    assert read_terms() == before
    assert not LogEntry.objects.exists()


def read_terms() -> dict[str, Any]:
    return dict(ShareLink.objects.values(*TERMS, "password", "remind_at", "promised_until", "due_at").get())


def change(link: ShareLink, **terms: Any) -> None:
    link.refresh_from_db()
    kept = {name: getattr(link, name) for name in TERMS} | {"slug": link.slug or ""}
    now = timezone.now()
    changes.change_terms(link, Terms(**{**kept, **terms}), EVERYTHING, min(now, _before(terms.get("starts_at"), now)))


def _before(begins: datetime | None, now: datetime) -> datetime:
    """When a beginning that has come by now could still be said."""
    return begins - timedelta(days=1) if begins else now


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        ({"download_limit": "2"}, "download_limit"),
        ({"password": "short"}, "password"),
        ({"remind_days": "60"}, ""),
        ({"slug": "annual-report"}, "slug"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_written(
    admin_client: Client, setup: Setup, entered: dict[str, str], field: str
) -> None:
    link = setup.create_link().link
    ShareLink.objects.update(visit_count=2)
    answer = admin_client.post(page_of(link, "edit"), {**read_form(admin_client, link), "title": "Plan", **entered})
    assert list(answer.context["form"].errors) == [field or next(iter(entered))]
    link.refresh_from_db()
    assert link.title == ""


def test_a_refused_change_leaves_no_new_customer_behind(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    entered = {**read_form(admin_client, link), "customer": "Ogata Ltd."}
    post(admin_client, link, "edit", **entered | {"remind_days": "60"})
    assert not Customer.objects.exists()
    assert "Saved." in post(admin_client, link, "edit", **entered)
    assert link.customer == Customer.objects.get(name="Ogata Ltd.")


@pytest.mark.parametrize("delivery", list(Delivery))
def test_a_title_is_asked_for_only_where_somebody_reads_it_and_the_help_says_where(
    admin_client: Client, setup: Setup, now: datetime, delivery: Delivery
) -> None:
    if delivery is Delivery.FOREIGN:
        watch(admin_client, setup, now)
        link = ShareLink.objects.get()
    else:
        link = setup.create_link("1 day", delivery).link
    form = admin_client.get(page_of(link, "edit")).context["form"]
    has_page = "on the page of a link with a password" in str(form["title"].help_text)
    assert has_page is (delivery is Delivery.STABLE)
    post(admin_client, link, "edit", **(read_form(admin_client, link) | {"title": "The annual report"}))
    handed = admin_client.post(page_of(link, "url")).context["page"]
    assert all("The annual report" in message.text for message in handed.messages)
    assert handed.messages
