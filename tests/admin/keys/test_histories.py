"""The histories of keys and buckets tell which key and which address stood there before, and which does now."""

from html import unescape

from django.test import Client

from links.models import SigningKey
from links.services.keys import proofs
from tests.fixtures import Setup
from tests.markup import tidy


def read_history(client: Client, model: str, pk: int) -> str:
    return unescape(tidy(client.get(f"/admin/links/{model}/{pk}/history/").content.decode()))


def test_a_buckets_history_tells_its_key_and_its_address_before_and_after(admin_client: Client, setup: Setup) -> None:
    given = setup.s3.add_key(setup.s3.add_user("other"))
    created, url = setup.key.created_at, setup.s3.url
    other = proofs.add_key("Other", given.id, given.secret, endpoint=url, region="eu-central-1", now=created)
    moved = url.replace("127.0.0.1", "localhost")
    entered = {"key": other.pk, "region": "eu-central-1", "addressing": "path", "endpoint": moved}
    admin_client.post(f"/admin/links/bucket/{setup.bucket.pk}/change/", entered)
    told = read_history(admin_client, "bucket", setup.bucket.pk)
    assert f"Signing key: from “Share ({setup.access_key.id})” to “Other ({given.id})”." in told
    assert f"Endpoint: from “{url}” to “{moved}”." in told
    assert "Region:" not in told


def test_a_rotation_is_told_by_both_keys_and_by_every_bucket(admin_client: Client, setup: Setup) -> None:
    second = setup.s3.add_key(setup.access_key.caller)
    page = f"/admin/links/signingkey/{setup.key.pk}/rotate/"
    admin_client.post(page, {"access_key_id": second.id, "secret": second.secret})
    new = SigningKey.objects.present().get()
    told = read_history(admin_client, "bucket", setup.bucket.pk)
    assert f"Signing key: from “Share ({setup.access_key.id})” to “Share ({second.id})”." in told
    assert f"Replaced by {second.id}." in read_history(admin_client, "signingkey", setup.key.pk)
    assert f"Added in place of {setup.access_key.id}." in read_history(admin_client, "signingkey", new.pk)


def test_a_corrected_endpoint_is_told_by_the_key_and_by_the_buckets_that_follow(
    admin_client: Client, setup: Setup
) -> None:
    moved = setup.s3.url.replace("127.0.0.1", "localhost")
    entered = {"secret": setup.access_key.secret, "endpoint": moved, "region": "eu-central-1"}
    admin_client.post(f"/admin/links/signingkey/{setup.key.pk}/secret/", entered)
    told = f"Endpoint: from “{setup.s3.url}” to “{moved}”."
    assert f"Secret corrected. {told}" in read_history(admin_client, "signingkey", setup.key.pk)
    assert told in read_history(admin_client, "bucket", setup.bucket.pk)


def test_a_keys_new_name_and_plan_are_told(admin_client: Client, setup: Setup) -> None:
    entered = {"label": "Sharing", "rotates_at": "2030-01-02T03:04", "rotation_days": "90"}
    admin_client.post(f"/admin/links/signingkey/{setup.key.pk}/change/", entered)
    told = read_history(admin_client, "signingkey", setup.key.pk)
    assert "Label: from “Share” to “Sharing”." in told
    assert "Rotation planned for: from “–” to “2 January 2030, 03:04 UTC”." in told
    assert "Rotate after (days): from “–” to “90”." in told


def test_no_history_tells_a_secret(admin_client: Client, setup: Setup) -> None:
    entered = {"secret": setup.access_key.secret, "endpoint": setup.s3.url, "region": "eu-central-1"}
    admin_client.post(f"/admin/links/signingkey/{setup.key.pk}/secret/", entered)
    assert setup.access_key.secret not in read_history(admin_client, "signingkey", setup.key.pk)
