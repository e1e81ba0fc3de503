"""Quick views, filters and the search: who finds what."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.http import QueryDict
from django.test import Client

from links.admin.links.quick_views import list_quick_views
from links.models import Customer, Incident, ShareLink
from links.queries import link_search
from tests.fixtures import Setup, token_of

LIST = "/admin/links/sharelink/"


def found(client: Client, query: str) -> set[int]:
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 200
    return {link.pk for link in answer.context["cl"].result_list}


def test_my_links_are_offered_to_who_sees_others_too(sign_in: Callable[..., Client], setup: Setup) -> None:
    assert "My links" not in {view.word for view in list_quick_views(QueryDict(), sees_everyone=False)}
    client = sign_in("view_sharelink", "see_every_sharelink")
    own, other = setup.create_link().link, setup.create_link().link
    ShareLink.objects.filter(pk=own.pk).update(owner=User.objects.get(username="mika"))
    assert found(client, "owner=me") == {own.pk}
    assert found(client, "") == {own.pk, other.pk}


def test_the_view_that_is_shown_is_marked_on_each_of_its_pages() -> None:
    for query, word in (("", "All"), ("ends=7&p=2&o=1", "Expiring this week"), ("opened=never", "Never opened")):
        views = list_quick_views(QueryDict(query), sees_everyone=True)
        assert [view.word for view in views if view.is_current] == [word]
    assert not any(view.is_current for view in list_quick_views(QueryDict("ends=7&q=x"), sees_everyone=True))


def test_never_opened_is_what_a_customer_could_open_and_did_not(admin_client: Client, setup: Setup) -> None:
    new, opened, revoked = (setup.create_link().link for _ in range(3))
    ShareLink.objects.filter(pk=opened.pk).update(visit_count=1)
    ShareLink.objects.filter(pk=revoked.pk).update(revoked_at=revoked.created_at)
    assert found(admin_client, "opened=never") == {new.pk}


def test_a_customers_and_an_incidents_links_are_found(admin_client: Client, setup: Setup, now: datetime) -> None:
    theirs, affected, healed = (setup.create_link().link for _ in range(3))
    customer = Customer.objects.create(name="Ogata Ltd.", created_at=now)
    ShareLink.objects.filter(pk=theirs.pk).update(customer=customer)
    incident = Incident.objects.create(
        code="key-unknown", subject="AKIA", verdict="broken", opened_at=now, changed_at=now, link_count=1
    )
    incident.incident_links.create(link=affected, since=now)
    incident.incident_links.create(link=healed, since=now, over_at=now)
    assert found(admin_client, f"customer={customer.pk}") == found(admin_client, "q=ogata") == {theirs.pk}
    assert found(admin_client, f"incident={incident.pk}") == {affected.pk}


def test_a_search_without_hits_says_so_and_that_filters_are_on(admin_client: Client, setup: Setup) -> None:
    setup.create_link()
    nothing = admin_client.get(f"{LIST}?q=nosuch").content.decode()
    assert "Nothing was found." in nothing
    assert "Filters are on" not in nothing
    narrowed = admin_client.get(f"{LIST}?q=nosuch&state=healthy").content.decode()
    assert "Filters are on as well as the search." in narrowed
    assert '<a class="button" href="?q=nosuch">Clear all filters</a>' in narrowed


def test_what_lies_in_no_bucket_of_ours_is_called_elsewhere(admin_client: Client, setup: Setup) -> None:
    page = admin_client.get(LIST).content.decode()
    assert re.search(r'href="\?bucket__isnull=True">\s*in other buckets\s*<', page)


@pytest.mark.parametrize("name", ["customer", "incident", "ends", "made", "delivery", "owner", "opened"])
@pytest.mark.parametrize("value", ["9" * 40, "x", "-1"])
def test_a_mangled_address_is_refused_instead_of_showing_everything(
    admin_client: Client, db: None, name: str, value: str
) -> None:
    assert admin_client.get(f"{LIST}?{name}={value}").status_code == 400


def test_a_search_finds_no_colleagues_link_by_its_url(sign_in: Callable[..., Client], setup: Setup) -> None:
    new_link = setup.create_link()
    client = sign_in("view_sharelink")
    answer = client.post(f"{LIST}find/", {"q": new_link.url})
    assert token_of(new_link.url) not in answer["Location"]
    assert found(client, answer["Location"].partition("?")[2]) == set()
    assert found(client, f"q={new_link.link.pk}") == set()


def test_a_foreign_url_is_found_by_its_digest(admin_client: Client, setup: Setup, now: datetime) -> None:
    url = setup.s3.presigner(setup.access_key, setup.stored).v4("a.pdf", expires=600)
    until = f"{now + timedelta(days=1):%Y-%m-%dT%H:%M}"
    admin_client.post(f"{LIST}watch/", {"url": url, "promised_until": until, "note": ""})
    link = ShareLink.objects.get()
    for text in (url, url.replace("&", "&amp;")):
        assert link_search.find_by_url(link_search.read_term(text), ShareLink.objects.all()) == link


def test_the_links_of_a_named_colleague_are_found(admin_client: Client, setup: Setup) -> None:
    aoi = User.objects.create_superuser("aoi", first_name="Aoi", last_name="Mori")
    theirs, _other = setup.create_link().link, setup.create_link().link
    ShareLink.objects.filter(pk=theirs.pk).update(owner=aoi)
    assert "Aoi Mori" in admin_client.get(LIST).content.decode()
    assert found(admin_client, f"owner={aoi.pk}") == {theirs.pk}
    assert admin_client.get(f"{LIST}?owner=9999").status_code == 400


def test_who_sees_their_own_links_only_is_told_of_no_colleague(sign_in: Callable[..., Client], setup: Setup) -> None:
    aoi = User.objects.create_superuser("aoi", first_name="Aoi", last_name="Mori")
    client = sign_in("view_sharelink")
    assert "Aoi Mori" not in client.get(LIST).content.decode()
    assert client.get(f"{LIST}?owner={aoi.pk}").status_code == 400
