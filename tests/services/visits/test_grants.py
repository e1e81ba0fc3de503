"""Grants: good for one link and one browser, for some hours, and kept by their digest alone."""

from datetime import timedelta

import pytest

from links.domain.signed_urls.tokens import derive_address, digest
from links.domain.visits.access import FRESH_DOWNLOADS, GRANT_LIFETIME, RESUMES, Outcome
from links.models import Grant
from links.queries import own_urls
from links.services.visits import grants
from tests.fixtures import World


def test_a_grant_opens_its_own_link_to_its_last_moment(world: World) -> None:
    now, first, second = world.clock(), world.create_link().link, world.create_link().link
    secret, other = grants.make_grant(first, now), grants.make_grant(second, now)
    assert secret != other
    last = now + GRANT_LIFETIME - timedelta(microseconds=1)
    for made, link in ((secret, first), (other, second)):
        found = grants.find_grant(derive_address(made), last)
        assert found
        assert found.link == link
    assert grants.find_grant(derive_address(secret), now + GRANT_LIFETIME) is None


def test_only_the_digest_of_its_address_is_kept(world: World) -> None:
    secret = grants.make_grant(world.create_link().link, world.clock())
    assert bytes(Grant.objects.get().token_hash) == digest(derive_address(secret))
    assert secret not in str(Grant.objects.values().get())
    assert derive_address(secret) not in str(Grant.objects.values().get())


@pytest.mark.parametrize("token", ["", "nobody", "\N{REPLACEMENT CHARACTER}", "x" * 5_000])
def test_what_is_no_grant_opens_nothing(world: World, token: str) -> None:
    secret = grants.make_grant(world.create_link().link, world.clock())
    assert grants.find_grant(token, world.clock()) is None
    assert grants.find_grant(secret, world.clock()) is None
    assert not grants.holds([token], derive_address(secret))


def test_a_links_own_token_is_no_grant(world: World) -> None:
    new_link = world.create_link()
    assert grants.find_grant(own_urls.reveal_url(new_link.link).rpartition("/")[2], world.clock()) is None


def test_a_browser_finds_its_own_grant_to_a_link_among_many(world: World) -> None:
    now, first, second = world.clock(), world.create_link().link, world.create_link().link
    mine, other, strangers = (grants.make_grant(link, now) for link in (first, second, first))
    assert grants.find_held([mine, other], first.pk, now) == derive_address(mine)
    assert grants.find_held([other], first.pk, now) is None
    assert grants.find_held([], first.pk, now) is None
    assert grants.find_held([mine, other, strangers], None, now) is None
    assert grants.holds([mine, other], derive_address(other))
    assert not grants.holds([mine, other], derive_address(strangers))


def test_a_grant_gives_a_few_downloads_and_a_bounded_number_of_parts(world: World) -> None:
    link = world.create_link().link
    secret = grants.make_grant(link, world.clock())
    grant = grants.find_grant(derive_address(secret), world.clock())
    assert grant
    for goes_on, most in ((False, FRESH_DOWNLOADS), (True, RESUMES)):
        assert [grants.use(grant, goes_on=goes_on) for _ in range(most)] == [None] * most
        assert grants.use(grant, goes_on=goes_on) is Outcome.GRANT_USED
    assert grants.find_held([secret], link.pk, world.clock()) is None
