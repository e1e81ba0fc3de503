"""Making many links once more."""

from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.test import Client

from links.models import ShareLink
from links.queries import own_urls
from links.texts.pages.histories import render
from tests.admin.link_pages import LIST, choose
from tests.fixtures import Setup


def test_many_links_are_made_once_more_and_their_urls_shown_once(admin_client: Client, setup: Setup) -> None:
    plain, locked = setup.create_link("10 days").link, setup.create_link().link
    ShareLink.objects.filter(pk=locked.pk).update(password=make_password("harbour at dusk"))
    asked = choose(admin_client, "duplicate_selected", plain, locked).content.decode()
    assert "2 links are copied" in asked
    assert ShareLink.objects.count() == 2
    shown = admin_client.post(f"{LIST}duplicate/", {"selected": f"{plain.pk},{locked.pk}", "lifetime": ""})
    page = shown.content.decode()
    copy = ShareLink.objects.exclude(pk__in=[plain.pk, locked.pk]).get()
    assert copy.owner == shown.wsgi_request.user
    assert own_urls.reveal_url(copy) in page
    assert "1 link was made." in page
    columns = "link,copied_link,customer,mail,reference,title,object,note,promised_until,forecast,forecast_at,url"
    assert f"{columns}\n{copy.pk},{plain.pk}," in page
    assert "It has a password" in page
    assert "Copy of:" in page
    assert "In place of:" not in page
    assert render(LogEntry.objects.get().change_message) == "Made as a copy of another link."


def test_a_lifetime_for_all_copies_is_asked_for_again_where_it_cannot_be_read(
    admin_client: Client, setup: Setup
) -> None:
    link = setup.create_link().link
    page = admin_client.post(f"{LIST}duplicate/", {"selected": str(link.pk), "lifetime": "30"}).content.decode()
    assert "30 of which unit?" in page
    assert f'name="selected" value="{link.pk}"' in page
    assert ShareLink.objects.count() == 1


def test_a_copy_says_of_which_link_and_begins_in_its_folder_with_a_date_that_people_write(
    admin_client: Client, setup: Setup
) -> None:
    link = setup.create_link("10 days").link
    ShareLink.objects.filter(pk=link.pk).update(lifetime="2027-01-09T23:59:59Z", object_key="reports/2026/annual.pdf")
    page = admin_client.get(f"{LIST}add/?copy={link.pk}")
    shown = page.content.decode()
    assert page.context["form"]["lifetime"].value() == "2027-01-09"
    assert f"A copy of link #{link.pk}" in " ".join(shown.split())
    assert "prefix=reports/2026/" in shown
    assert "2027-01-09T23" not in admin_client.get(f"{LIST}{link.pk}/change/").content.decode()
