"""The page of one link."""

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from links.models import Customer, ShareLink, Validation
from links.services.links import changes
from links.services.validation import batches
from tests.admin.link_pages import ADD, count_queries, fill, page_of, read
from tests.fixtures import OBJECT, Setup


def test_a_links_page_tells_its_findings_and_cures(
    admin_client: Client, setup: Setup, clock: Callable[[], datetime]
) -> None:
    new_link = setup.create_link()
    setup.stored.delete(OBJECT)
    batches.validate_links([new_link.link.pk], clock)
    page = read(admin_client, page_of(new_link.link))
    for words in ("Broken", "Object is missing", "What to do", "Upload the same file again", "404", "incident #"):
        assert words in page
    assert "The store answered: 404 NoSuchKey, “The specified key does not exist.”" in page


def test_a_finding_that_nobody_knows_any_more_is_shown_as_it_is(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    ShareLink.objects.update(verdict="broken", findings=[{"code": "of-long-ago", "verdict": "broken"}])
    assert "of-long-ago" in read(admin_client, page_of(link))


def test_times_are_shown_in_the_readers_zone_which_is_named(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link("2090-12-24 12:00").link
    assert "24 December 2090, 12:00 UTC" in read(admin_client, page_of(link))
    admin_client.cookies["tz"] = "Asia/Tokyo"
    assert "24 December 2090, 21:00 JST" in read(admin_client, page_of(link))


def test_a_links_page_is_only_read(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    assert admin_client.post(page_of(link), {"note": "For Ogata", "object_key": "other"}).status_code == 403
    link.refresh_from_db()
    assert (link.note, link.object_key) == ("", OBJECT)


def test_a_longer_history_asks_the_database_no_more_often(admin_client: Client, setup: Setup, now: datetime) -> None:
    link = setup.create_link().link
    read(admin_client, page_of(link))
    few = count_queries(admin_client, page_of(link))
    Validation.objects.bulk_create(Validation(link=link, at=now, verdict="healthy") for _ in range(200))
    assert count_queries(admin_client, page_of(link)) == few


def test_where_the_store_never_answered_nobody_says_that_a_link_at_risk_works(
    admin_client: Client, setup: Setup
) -> None:
    link = setup.create_link().link
    risk, silent = {"code": "rotation-due", "verdict": "at_risk"}, {"code": "unreachable", "verdict": "unknown"}
    for findings, works in (([risk], True), ([risk, silent], False)):
        ShareLink.objects.update(verdict="at_risk", findings=findings)
        for address in ("/admin/links/sharelink/", f"/admin/links/sharelink/{link.pk}/change/"):
            page = admin_client.get(address).content.decode()
            assert ("It works now, but may stop" in page) is works


def test_the_main_button_of_a_revoked_link_revives_it(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    shows, revives = (
        'class="button primary">Show the URL again',
        f'class="button primary" href="{page_of(link, "end")}"',
    )
    page = read(admin_client, page_of(link))
    assert (shows in page, revives in page) == (True, False)
    changes.revoke(link, timezone.now())
    page = read(admin_client, page_of(link))
    assert (shows in page, revives in page) == (False, True)


def test_who_made_a_link_stays_its_maker_when_a_colleague_owns_it(
    admin_client: Client, admin_user: User, setup: Setup
) -> None:
    customer = Customer.objects.create(name="Ogata", created_at=timezone.now())
    kenji = User.objects.create_user("kenji", is_staff=True)
    admin_client.post(ADD, fill(setup, customer=customer.name))
    link = ShareLink.objects.get()
    ShareLink.objects.update(owner=kenji)
    page = read(admin_client, page_of(link))
    assert page.index("Owner") < page.index("kenji") < page.index("Made by") < page.index(f"{admin_user}</dd>")
    rows = read(admin_client, f"/admin/links/customer/{customer.pk}/change/")
    assert "by admin" in rows
    assert "owner: kenji" in rows


def test_who_made_a_link_of_a_command_is_not_guessed(admin_client: Client, admin_user: User, setup: Setup) -> None:
    link = setup.create_link().link
    ShareLink.objects.update(owner=admin_user)
    assert "Made by" not in read(admin_client, page_of(link))
