"""A row that was edited by hand signs nothing and shows nothing."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.test import Client

from links.domain.credentials import KeyState
from links.domain.errors import Unavailable
from links.domain.findings import Code, Verdict
from links.models import Bucket, ShareLink, SigningKey
from links.queries import own_urls
from links.s3 import identity
from links.services.buckets import changing
from links.services.click_signing import open_bucket
from links.services.keys import proofs, rotation
from tests.fixtures import World, codes, open_incident

MOVES = [
    "UPDATE links_signingkey SET endpoint = 'http://203.0.113.7'",
    "UPDATE links_signingkey SET access_key_id = 'AKIAOTHER'",
    "UPDATE links_bucket SET endpoint = 'http://203.0.113.7'",
    "UPDATE links_bucket SET name = 'other'",
    "UPDATE links_bucket SET region = 'cn-north-1'",
    "UPDATE links_bucket SET addressing = 'virtual'",
    "UPDATE links_bucket SET binding = NULL",
]


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.proves("secrets-misplaced")
@pytest.mark.parametrize("statement", MOVES)
def test_a_place_that_was_edited_by_hand_signs_nothing(world: World, statement: str) -> None:
    link = world.create_link().link
    run(statement)
    with pytest.raises(Unavailable) as refused:
        open_bucket(Bucket.objects.select_related("key").get())
    assert refused.value.code == "secrets-misplaced"
    world.bucket = Bucket.objects.select_related("key").get()
    with pytest.raises(Unavailable, match="secrets-misplaced"):
        world.presign()
    asked = len(world.s3.requests)
    judged = world.judge(link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.SECRETS_MISPLACED])
    assert open_incident(Code.SECRETS_MISPLACED)
    assert len(world.s3.requests) == asked


def test_a_bucket_that_was_bound_to_another_key_by_hand_signs_nothing(world: World) -> None:
    other = world.s3.add_key(world.user)
    key = proofs.add_key("other", other.id, other.secret, endpoint=world.s3.url, now=world.clock())
    run(f"UPDATE links_bucket SET key_id = {key.pk}")
    with pytest.raises(Unavailable) as refused:
        open_bucket(Bucket.objects.select_related("key").get())
    assert refused.value.code == "secrets-misplaced"
    with pytest.raises(Unavailable):  # and nobody blesses it by changing it here
        changing.change_bucket(
            Bucket.objects.get(), world.key, region="us-east-1", addressing="auto", now=world.clock()
        )


def test_a_bucket_that_is_bound_anew_here_goes_on_signing(world: World) -> None:
    other = world.s3.add_key(world.user)
    key = proofs.add_key("other", other.id, other.secret, endpoint=world.s3.url, now=world.clock())
    changing.change_bucket(Bucket.objects.get(), key, region="us-east-1", addressing="auto", now=world.clock())
    assert open_bucket(Bucket.objects.select_related("key").get()).access_key_id == other.id
    third = world.s3.add_key(world.user)
    rotation.rotate_key(SigningKey.objects.get(pk=key.pk), third.id, third.secret, now=world.clock())
    assert open_bucket(Bucket.objects.select_related("key").get()).access_key_id == third.id


def test_a_key_whose_endpoint_was_edited_is_not_asked_about_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(MOVES[0])

    def ask(*_: object) -> None:
        raise AssertionError("asked")

    monkeypatch.setattr(identity, "identify", ask)
    proofs.prove_key(SigningKey.objects.get(), world.clock())
    monkeypatch.undo()
    run(f"UPDATE links_signingkey SET endpoint = '{world.s3.url}'")  # put back, it is asked about as before
    assert proofs.prove_key(SigningKey.objects.get(), world.clock()).key_state is KeyState.PROVED


@pytest.mark.parametrize("column", ["token", "url"])
def test_a_secret_in_a_links_column_is_shown_to_nobody(world: World, admin_client: Client, column: str) -> None:
    link = world.create_link().link if column == "token" else world.presign().link
    run(f"UPDATE links_sharelink SET {column} = (SELECT secret FROM links_signingkey)")
    with pytest.raises(Unavailable) as refused:
        own_urls.reveal_url(ShareLink.objects.get())
    assert refused.value.code == "secrets-misplaced"
    for page in ("change", "owner"):
        answer = admin_client.get(f"/admin/links/sharelink/{link.pk}/{page}/")
        assert world.access.secret not in answer.content.decode()


def test_a_token_of_another_link_is_shown_to_nobody(world: World) -> None:
    first, second = world.create_link().link, world.create_link().link
    run(
        f"UPDATE links_sharelink SET token = (SELECT token FROM links_sharelink WHERE id = {first.pk}), "
        f"encryption_id = (SELECT encryption_id FROM links_sharelink WHERE id = {first.pk}) WHERE id = {second.pk}"
    )
    with pytest.raises(Unavailable):
        own_urls.reveal_url(ShareLink.objects.get(pk=second.pk))
    assert own_urls.reveal_url(ShareLink.objects.get(pk=first.pk))


def test_the_check_says_that_a_secret_was_moved(world: World) -> None:
    call_command("check", databases=["default"])
    run(MOVES[0])
    with pytest.raises(SystemCheckError, match="belongs to another row"):
        call_command("check", databases=["default"])
