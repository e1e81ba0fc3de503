"""What the site can test by itself ends when that test says so, and not before."""

from datetime import timedelta
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet

from links.domain.findings import Code
from links.models import Incident, IncidentNotice, ShareLink, SigningKey
from links.services.validation import batches
from tests.fixtures import World, open_incident
from tests.site_settings import SiteSettings

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def alerts(site_settings: SiteSettings) -> None:
    site_settings.ALERT_MAILS = ["ops@example.com"]


@pytest.fixture
def links(world: World) -> list[ShareLink]:
    links = [world.create_link().link, world.create_link().link, world.presign().link]
    world.validate()
    return links


def tick_and_validate(world: World) -> int:
    """One tick that finds no link due, but what it makes due itself."""
    ShareLink.objects.update(due_at=world.clock() + timedelta(hours=1))
    return len(batches.validate_due_links(world.clock))


def lose_keys(site_settings: SiteSettings) -> list[str]:
    kept = list(site_settings.ENCRYPTION_KEYS)
    site_settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    return kept


def test_unreadable_secrets_are_over_as_soon_as_they_can_be_opened(
    world: World, links: list[ShareLink], site_settings: SiteSettings
) -> None:
    kept = lose_keys(site_settings)
    world.validate()
    assert tick_and_validate(world) == 0
    assert open_incident(Code.SECRETS_UNREADABLE).link_count == len(links)
    site_settings.ENCRYPTION_KEYS = kept
    assert tick_and_validate(world) == len(links)  # each is asked about at once
    assert not Incident.objects.open().exists()
    assert set(ShareLink.objects.values_list("verdict", flat=True)) == {"healthy"}


def test_they_are_not_over_while_the_secret_of_any_key_is_closed(
    world: World, links: list[ShareLink], site_settings: SiteSettings
) -> None:
    kept = lose_keys(site_settings)
    SigningKey.objects.create(label="other", access_key_id="AKIAOTHER", secret="s", created_at=world.clock())
    other = list(site_settings.ENCRYPTION_KEYS)
    world.validate()
    site_settings.ENCRYPTION_KEYS = kept
    world.validate()
    incident = open_incident(Code.SECRETS_UNREADABLE)
    assert incident.link_count == 0
    site_settings.ENCRYPTION_KEYS = [*kept, *other]
    assert tick_and_validate(world) == 0
    assert not Incident.objects.open().exists()
    assert Incident.objects.count() == 1


def test_a_url_that_stays_closed_keeps_no_other_link_from_its_end(
    world: World, links: list[ShareLink], site_settings: SiteSettings
) -> None:
    kept = list(site_settings.ENCRYPTION_KEYS)
    site_settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *kept]
    lost = world.presign().link
    lose_keys(site_settings)
    world.validate()
    site_settings.ENCRYPTION_KEYS = kept
    tick_and_validate(world)
    tick_and_validate(world)
    incident = open_incident(Code.SECRETS_UNREADABLE)
    assert [one.link for one in incident.incident_links.filter(over_at=None)] == [lost]
    assert incident.link_count == 1


def test_a_link_that_is_being_validated_is_left_to_whoever_does(
    world: World, links: list[ShareLink], site_settings: SiteSettings
) -> None:
    kept = lose_keys(site_settings)
    world.validate()
    site_settings.ENCRYPTION_KEYS = kept
    ShareLink.objects.filter(pk=links[0].pk).update(
        lease_id=uuid4(), leased_until=world.clock() + MINUTE, due_at=world.clock()
    )
    batches.validate_due_links(world.clock)
    assert open_incident(Code.SECRETS_UNREADABLE).link_count == 1


def test_a_site_that_has_its_old_address_again_is_mended_at_once(
    world: World, links: list[ShareLink], site_settings: SiteSettings
) -> None:
    kept, site_settings.BASE_URL = site_settings.BASE_URL, "https://elsewhere.example.com"
    world.validate()
    assert tick_and_validate(world) == 0
    assert open_incident(Code.BASE_URL_CHANGED).link_count == 2
    site_settings.BASE_URL = kept
    assert tick_and_validate(world) == 2
    assert not Incident.objects.open().exists()


def test_the_end_is_told_once(world: World, links: list[ShareLink], site_settings: SiteSettings) -> None:
    kept = lose_keys(site_settings)
    world.validate()
    IncidentNotice.objects.update(delivered_at=world.clock(), due_at=None)
    site_settings.ENCRYPTION_KEYS = kept
    for _ in range(2):
        batches.validate_due_links(world.clock)
        world.wait(MINUTE)
    assert list(IncidentNotice.objects.order_by("pk").values_list("kind", flat=True)) == ["opened", "resolved"]
