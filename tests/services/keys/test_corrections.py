"""A secret that was wrong, or whose encryption key was lost, is entered anew, and the links work again."""

import pytest
from django.db import connection

from links.domain.errors import KeyRefused, Refused, Unavailable
from links.domain.findings import Verdict
from links.domain.reasons import Reason
from links.models import Bucket, ShareLink, SigningKey
from links.services.buckets import binding, changing
from links.services.click_signing import open_bucket
from links.services.keys.corrections import set_secret
from links.services.visits import clicks
from tests.fake_receivers import closed_port
from tests.fixtures import CONTENT, World, fetch
from tests.site_settings import SiteSettings
from tests.strict_s3 import StrictS3

LOST = ["bG9zdC1sb3N0LWxvc3QtbG9zdC1sb3N0LWxvc3QtMTI="]


def click(world: World, url: str) -> bytes:
    return fetch(clicks.follow(url.rpartition("/")[2], now=world.clock()).url)


def present(world: World) -> SigningKey:
    return SigningKey.objects.get(pk=world.key.pk)


def test_a_wrong_secret_is_corrected_and_its_links_work(world: World) -> None:
    made = world.create_link()
    world.key.secret = "wrong"
    world.key.save()
    assert world.judge(made.link).judgement.verdict is Verdict.BROKEN
    corrected = set_secret(present(world), world.access.secret, now=world.clock())
    assert (corrected.key.state, corrected.unreadable) == ("proved", {})
    assert ShareLink.objects.due(world.clock()).count() == 1
    assert click(world, made.url) == CONTENT


def test_a_secret_that_does_not_work_changes_nothing(world: World) -> None:
    made = world.create_link()
    before = bytes(present(world).secret.ciphertext)  # type: ignore[union-attr]
    with pytest.raises(KeyRefused) as refused:
        set_secret(present(world), "wrong", now=world.clock())
    assert refused.value.reason is Reason.KEY_SECRET_WRONG
    assert bytes(present(world).secret.ciphertext) == before  # type: ignore[union-attr]
    assert click(world, made.url) == CONTENT


def test_without_an_identity_service_the_buckets_tell_whether_the_secret_is_right(db: None) -> None:
    with StrictS3(identity_service=False) as s3:
        world = World.build(s3)
        world.create_link()
        with pytest.raises(KeyRefused) as refused:
            set_secret(present(world), "wrong", now=world.clock())
        assert refused.value.reason is Reason.KEY_SECRET_WRONG
        set_secret(present(world), world.access.secret, now=world.clock())


def test_a_bucket_that_nobody_can_read_is_named_and_stops_no_secret(world: World) -> None:
    binding.add_bucket("gone", present(world), now=world.clock())
    corrected = set_secret(present(world), world.access.secret, now=world.clock())
    assert list(corrected.unreadable) == ["gone"]


def test_a_key_and_its_buckets_move_to_the_right_endpoint(world: World) -> None:
    made = world.create_link()
    moved = world.s3.url.replace("127.0.0.1", "localhost")
    set_secret(present(world), world.access.secret, endpoint=moved, now=world.clock())
    assert present(world).endpoint == Bucket.objects.get().endpoint == moved
    assert ShareLink.objects.get().host.startswith("localhost")
    assert click(world, made.url) == CONTENT


def test_an_endpoint_at_which_nobody_answers_changes_nothing(world: World) -> None:
    with closed_port() as port, pytest.raises((Unavailable, Refused)):
        set_secret(present(world), world.access.secret, endpoint=f"http://127.0.0.1:{port}", now=world.clock())
    assert present(world).endpoint == world.s3.url
    open_bucket(Bucket.objects.select_related("key").get())


def test_where_the_encryption_key_is_lost_secrets_are_entered_anew(world: World, site_settings: SiteSettings) -> None:
    site_settings.ENCRYPTION_KEYS = LOST
    with pytest.raises(Unavailable, match="secrets-unreadable"):
        open_bucket(Bucket.objects.select_related("key").get())
    set_secret(present(world), world.access.secret, now=world.clock())
    world.bucket = Bucket.objects.select_related("key").get()
    made = world.create_link()
    assert click(world, made.url) == CONTENT


def test_of_a_row_that_was_edited_by_hand_the_endpoint_has_to_be_said(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE links_signingkey SET endpoint = 'http://203.0.113.7'")
    with pytest.raises(Unavailable, match="secrets-misplaced"):
        set_secret(present(world), world.access.secret, now=world.clock())
    set_secret(present(world), world.access.secret, endpoint=world.s3.url, now=world.clock())
    open_bucket(Bucket.objects.select_related("key").get())


def test_a_key_that_was_replaced_takes_no_secret(world: World) -> None:
    SigningKey.objects.update(replaced_at=world.clock())
    with pytest.raises(KeyRefused, match="key-replaced"):
        set_secret(present(world), world.access.secret, now=world.clock())


def test_a_buckets_endpoint_is_corrected(world: World) -> None:
    made = world.create_link()
    moved = world.s3.url.replace("127.0.0.1", "localhost")
    changing.change_bucket(
        Bucket.objects.get(), present(world), region="us-east-1", addressing="path", endpoint=moved, now=world.clock()
    )
    assert Bucket.objects.get().endpoint == moved
    assert click(world, made.url) == CONTENT


def test_a_bucket_that_was_edited_by_hand_is_bound_anew_where_its_endpoint_is_said(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE links_bucket SET endpoint = 'http://203.0.113.7'")
    changing.change_bucket(
        Bucket.objects.get(),
        present(world),
        region="us-east-1",
        addressing="path",
        endpoint=world.s3.url,
        now=world.clock(),
    )
    open_bucket(Bucket.objects.select_related("key").get())
