"""A transfer is written to the colleague: who, which links, for whom, until when."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from links.models import Customer, LinkMail, ShareLink, StaffPreferences
from links.services.links import owners
from links.services.links.transfers import transfer
from links.services.mail.link_mails import compose_transfer
from tests.fixtures import World


@pytest.fixture
def mika(world: World) -> User:
    return User.objects.create_superuser("mika", "mika@example.com", first_name="Mika", last_name="Ogata")


@pytest.fixture
def ken(world: World) -> User:
    return User.objects.create_superuser("ken", "ken@example.com")


def make_links(world: World, owner: User, count: int = 2) -> list[ShareLink]:
    acme = Customer.objects.create(name="ACME", created_at=world.clock())
    made = [world.create_link(owner=owner).link for _ in range(count)]
    ShareLink.objects.update(customer=acme, reference="PO-4711")
    return made


def test_one_mail_says_who_transferred_which_links_for_whom_and_until_when(world: World, mika: User, ken: User) -> None:
    links = make_links(world, mika)
    StaffPreferences.objects.create(user=ken, language="ja", zone="Asia/Tokyo")
    assert transfer(links, ken, mika, world.clock()).is_written
    link_mail = LinkMail.objects.get()
    assert (link_mail.to, link_mail.language, link_mail.zone) == ("ken@example.com", "ja", "Asia/Tokyo")
    text = compose_transfer(link_mail)
    assert text
    assert "Mika Ogata" in text.subject
    for link in links:
        assert f"#{link.pk} " in text.body
        assert f"/admin/links/sharelink/{link.pk}/change/" in text.body
    assert text.body.count("ACME") == text.body.count("PO-4711") == 2
    assert text.body.count("日本時間") == 2
    assert "/s/" not in text.body


def test_only_what_was_transferred_and_is_still_theirs_is_told(world: World, mika: User, ken: User) -> None:
    links = make_links(world, mika, 3)
    owners.change_owner(links[0], ken, world.clock())
    transfer(links, ken, mika, world.clock())
    owners.change_owner(links[1], mika, world.clock())
    text = compose_transfer(LinkMail.objects.get())
    assert text
    assert text.subject == "[Holdfast] Mika Ogata transferred 1 link to you"
    assert f"#{links[2].pk} " in text.body
    owners.change_owner(links[2], mika, world.clock())
    assert compose_transfer(LinkMail.objects.get()) is None


@pytest.mark.parametrize("why", ["no address", "nothing new", "oneself"])
def test_nobody_is_written_to_where_no_mail_is_due(world: World, mika: User, ken: User, why: str) -> None:
    links, giver = make_links(world, mika), ken if why == "oneself" else mika
    if why == "no address":
        ken.email = ""
        ken.save()
    if why == "nothing new":
        owners.change_owners(links, ken, world.clock())
    assert not transfer(links, ken, giver, world.clock() + timedelta(seconds=1)).is_written
    assert not LinkMail.objects.exists()
    assert ShareLink.objects.filter(owner=ken).count() == 2


def test_a_link_that_was_revoked_is_said_to_be_revoked(world: World, mika: User, ken: User) -> None:
    links = make_links(world, mika)
    ShareLink.objects.filter(pk=links[0].pk).update(revoked_at=world.clock())
    transfer(links, ken, mika, world.clock())
    text = compose_transfer(LinkMail.objects.get())
    assert text
    assert text.body.count("Promised until") == text.body.count("State: Revoked") == 1


def test_who_never_signed_in_is_written_to_as_the_giver_reads(world: World, mika: User, ken: User) -> None:
    StaffPreferences.objects.create(user=mika, language="ja", zone="Asia/Tokyo")
    transfer(make_links(world, mika), ken, mika, world.clock())
    link_mail = LinkMail.objects.get()
    assert (link_mail.language, link_mail.zone) == ("ja", "Asia/Tokyo")
