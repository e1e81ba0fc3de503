"""Many links made once more: each copy as a new link, or the reason why there is none."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from links.domain.errors import Unreadable
from links.domain.sharing import EVERYTHING
from links.models import Customer, ShareLink
from links.services.buckets import configuration
from links.services.link_terms import Terms
from links.services.links import remake
from links.services.links.remake import Remade
from tests.fixtures import World, fetch


def duplicate(world: World, lifetime: str = "", owner: User | None = None) -> list[Remade]:
    links = list(ShareLink.objects.select_related("bucket__key", "customer").order_by("pk"))
    return remake.duplicate_links(links, lifetime, owner=owner, zone=UTC, now=world.clock(), scope=EVERYTHING)


def test_a_copy_has_all_but_the_secrets_and_the_address(world: World) -> None:
    customer = Customer.objects.create(name="Example Ltd.", created_at=world.clock())
    terms = Terms(title="Report", customer=customer, download_limit=3, remind_days=2, notify_downloads=True)
    old = world.create_link(lifetime="10 days", terms=replace(terms, note="For Ogata", filename="r.pdf"))
    ShareLink.objects.update(slug="report", is_public=True, visit_count=3)
    mika = User.objects.create_user("mika")
    (row,) = duplicate(world, owner=mika)
    assert row.done
    new = ShareLink.objects.exclude(pk=old.link.pk).get()
    for name in ("object_key", "lifetime", "note", "filename", "title", "customer", "download_limit", "remind_days"):
        assert getattr(new, name) == getattr(old.link, name), name
    assert (new.owner, new.slug, new.visit_count, new.notify_downloads) == (mika, None, 0, True)
    assert row.done.url != old.url
    assert new.promised_until > world.clock() + timedelta(days=9)


def test_copies_are_numbered_in_the_order_in_which_their_originals_were_given(world: World) -> None:
    old = [world.create_link().link for _ in range(3)]
    given = [old[1], old[2], old[0]]
    rows = remake.duplicate_links(given, "", owner=None, zone=UTC, now=world.clock(), scope=EVERYTHING)
    numbers = [row.done.link.pk for row in rows if row.done]
    assert len(numbers) == 3
    assert numbers == sorted(numbers)


def test_a_lifetime_that_is_given_is_every_copys(world: World) -> None:
    world.create_link(lifetime="1 day")
    world.create_link(lifetime="90 days")
    rows = duplicate(world, "30 days")
    assert {row.done.link.lifetime for row in rows if row.done} == {"30 days"}
    with pytest.raises(Unreadable):
        duplicate(world, "a while")


def test_a_copy_that_ends_before_its_reminder_has_none(world: World) -> None:
    world.create_link(lifetime="30 days", terms=Terms(remind_days=7))
    (row,) = duplicate(world, "1 day")
    assert row.done
    assert row.done.link.remind_days is None


def test_a_policy_that_refuses_all_copies_is_read_once(world: World) -> None:
    for _ in range(3):
        world.presign()
    world.store.policy = {
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::files/*",
                "Condition": {"StringEquals": {"s3:authType": "REST-QUERY-STRING"}},
            }
        ]
    }
    configuration.read_configuration(world.bucket, world.clock())
    world.wait(timedelta(minutes=5))
    before = len(world.s3.requests)
    codes = {row.refused.code for row in duplicate(world) if row.refused}
    assert len(codes) == 1
    asked = [request for request in world.s3.requests[before:] if request.operation == "GetBucketPolicy"]
    assert len(asked) == 1


def test_what_cannot_be_copied_is_told_row_by_row(world: World) -> None:
    world.store.put("gone.pdf", b"x")
    world.create_link()
    ShareLink.objects.update(password=make_password("harbour at dusk"))
    world.watch(world.s3.presigner(world.access, world.store).v4("report.pdf", expires=3600))
    world.create_link("gone.pdf")
    world.store.delete("gone.pdf")
    over = world.create_link(lifetime="2090-01-01").link
    ShareLink.objects.filter(pk=over.pk).update(lifetime="2020-01-01")
    world.presign()
    codes = [row.refused.code if row.refused else "" for row in duplicate(world)]
    assert codes == ["duplicate-password", "duplicate-foreign", "object-missing", "lifetime-past", ""]
    assert ShareLink.objects.count() == 6


def test_a_presigned_copy_is_signed_anew_and_serves(world: World) -> None:
    world.presign()
    (row,) = duplicate(world, "1 day")
    assert row.done
    assert fetch(row.done.url) == b"one reportful of bytes"


def test_many_are_copied_by_a_few_queries(world: World, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(20):
        world.create_link()
    with django_assert_max_num_queries(14):  # six of them for the audit trail
        duplicate(world)
    assert ShareLink.objects.count() == 40


def test_copies_of_one_file_cost_one_question(world: World) -> None:
    for _ in range(5):
        world.create_link()
    asked = len(world.s3.requests)
    assert all(row.done for row in duplicate(world))
    assert len(world.s3.requests) == asked + 1
