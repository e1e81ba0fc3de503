"""Which addresses are ours: tokens wherever the site has been, slugs at its own address only."""

import pytest
from django.contrib.auth.models import User

from links.domain.signed_urls.reading import read
from links.domain.signed_urls.tokens import derive_address
from links.domain.viewers import OPERATOR
from links.models import ShareLink
from links.queries import database
from links.queries.own_urls import OwnUrl, find_own_link
from links.services.visits import grants
from tests.fixtures import World
from tests.site_settings import SiteSettings


def test_a_token_is_found_on_whatever_host(world: World) -> None:
    new_link = world.create_link()
    token = new_link.url.rpartition("/")[2]
    for url in (new_link.url, f"{new_link.url}/", f"{new_link.url}?utm=x", f"https://moved.example.com/s/{token}"):
        assert find_own_link(read(url), OPERATOR) == OwnUrl(new_link.link)


def test_a_slug_is_ours_at_our_own_address_only(world: World, site_settings: SiteSettings) -> None:
    link = world.create_link().link
    ShareLink.objects.update(slug="annual-report")
    assert find_own_link(read(f"{site_settings.BASE_URL}/f/annual-report"), OPERATOR) == OwnUrl(link)
    assert find_own_link(read("https://other.example.com/f/annual-report"), OPERATOR) is None


def test_a_grants_address_leads_to_its_link(world: World, site_settings: SiteSettings) -> None:
    link = world.create_link().link
    address = derive_address(grants.make_grant(link, world.clock()))
    assert find_own_link(read(f"{site_settings.BASE_URL}/g/{address}/"), OPERATOR) == OwnUrl(link)


def test_a_link_that_somebody_may_not_know_of_is_ours_and_hidden(world: World, mika: User) -> None:
    new_link = world.create_link()
    hidden = find_own_link(read(new_link.url), mika)
    assert hidden == OwnUrl(None, is_hidden=True)
    assert not hidden.leads_nowhere
    ShareLink.objects.update(owner=mika)
    assert find_own_link(read(new_link.url), mika) == OwnUrl(new_link.link)


def test_what_does_not_exist_is_ours_here_and_nobodys_elsewhere(world: World, site_settings: SiteSettings) -> None:
    world.create_link()
    for path in ("s/nobody", "f/nothing", "g/none"):
        assert find_own_link(read(f"{site_settings.BASE_URL}/{path}"), OPERATOR) == OwnUrl(None)
        assert find_own_link(read(f"https://other.example.com/{path}"), OPERATOR) is None


def test_a_signed_url_is_never_taken_for_ours(world: World) -> None:
    world.create_link()
    assert (
        find_own_link(read(world.s3.presigner(world.access, world.store).v4("s/nobody", expires=60)), OPERATOR) is None
    )


def test_without_a_database_an_address_of_ours_is_still_known(
    site_settings: SiteSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "is_there", lambda: False)
    assert find_own_link(read(f"{site_settings.BASE_URL}/s/{'A' * 43}"), OPERATOR) == OwnUrl(None, is_known=False)
