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
from links.s3 import identity
from links.services.buckets import binding
from links.services.click_signing import open_bucket
from links.services.keys import proofs, rotation
from links.services.links import creation
from tests.fixtures import Stage, codes, open_incident

MOVES = [
    "UPDATE links_signingkey SET endpoint = 'http://203.0.113.7'",
    "UPDATE links_signingkey SET access_key_id = 'AKIAOTHER'",
    "UPDATE links_bucket SET endpoint = 'http://203.0.113.7'",
    "UPDATE links_bucket SET name = 'other'",
]


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.proves("secrets-misplaced")
@pytest.mark.parametrize("statement", MOVES)
def test_a_place_that_was_edited_by_hand_signs_nothing(stage: Stage, statement: str) -> None:
    link = stage.issue().link
    run(statement)
    with pytest.raises(Unavailable) as refused:
        open_bucket(Bucket.objects.select_related("key").get())
    assert refused.value.code == "secrets-misplaced"
    stage.bucket = Bucket.objects.select_related("key").get()
    with pytest.raises(Unavailable, match="secrets-misplaced"):
        stage.presign()
    asked = len(stage.s3.requests)
    judged = stage.judge(link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.SECRETS_MISPLACED])
    assert open_incident(Code.SECRETS_MISPLACED)
    assert len(stage.s3.requests) == asked


def test_a_bucket_that_was_bound_to_another_key_by_hand_signs_nothing(stage: Stage) -> None:
    other = stage.s3.add_key(stage.user)
    key = proofs.add_key("other", other.id, other.secret, endpoint=stage.s3.url, now=stage.clock())
    run(f"UPDATE links_bucket SET key_id = {key.pk}")
    with pytest.raises(Unavailable) as refused:
        open_bucket(Bucket.objects.select_related("key").get())
    assert refused.value.code == "secrets-misplaced"
    with pytest.raises(Unavailable):  # and nobody blesses it by changing it here
        binding.change_bucket(Bucket.objects.get(), stage.key, region="us-east-1", addressing="auto", now=stage.clock())


def test_a_bucket_that_is_bound_anew_here_goes_on_signing(stage: Stage) -> None:
    other = stage.s3.add_key(stage.user)
    key = proofs.add_key("other", other.id, other.secret, endpoint=stage.s3.url, now=stage.clock())
    binding.change_bucket(Bucket.objects.get(), key, region="us-east-1", addressing="auto", now=stage.clock())
    assert open_bucket(Bucket.objects.select_related("key").get()).access_key_id == other.id
    third = stage.s3.add_key(stage.user)
    rotation.rotate_key(SigningKey.objects.get(pk=key.pk), third.id, third.secret, now=stage.clock())
    assert open_bucket(Bucket.objects.select_related("key").get()).access_key_id == third.id


def test_a_key_whose_endpoint_was_edited_is_not_asked_about_there(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(MOVES[0])

    def ask(*_: object) -> None:
        raise AssertionError("asked")

    monkeypatch.setattr(identity, "identify", ask)
    proofs.prove_key(SigningKey.objects.get(), stage.clock())
    monkeypatch.undo()
    run(f"UPDATE links_signingkey SET endpoint = '{stage.s3.url}'")  # put back, it is asked about as before
    assert proofs.prove_key(SigningKey.objects.get(), stage.clock()).key_state is KeyState.PROVED


@pytest.mark.parametrize("column", ["token", "url"])
def test_a_secret_in_a_links_column_is_shown_to_nobody(stage: Stage, admin_client: Client, column: str) -> None:
    link = stage.issue().link if column == "token" else stage.presign().link
    run(f"UPDATE links_sharelink SET {column} = (SELECT secret FROM links_signingkey)")
    with pytest.raises(Unavailable) as refused:
        creation.reveal_url(ShareLink.objects.get())
    assert refused.value.code == "secrets-misplaced"
    for page in ("change", "hand"):
        answer = admin_client.get(f"/admin/links/sharelink/{link.pk}/{page}/")
        assert stage.access.secret not in answer.content.decode()


def test_a_token_of_another_link_is_shown_to_nobody(stage: Stage) -> None:
    first, second = stage.issue().link, stage.issue().link
    run(
        f"UPDATE links_sharelink SET token = (SELECT token FROM links_sharelink WHERE id = {first.pk}), "
        f"seal_id = (SELECT seal_id FROM links_sharelink WHERE id = {first.pk}) WHERE id = {second.pk}"
    )
    with pytest.raises(Unavailable):
        creation.reveal_url(ShareLink.objects.get(pk=second.pk))
    assert creation.reveal_url(ShareLink.objects.get(pk=first.pk))


def test_the_check_says_that_a_secret_was_moved(stage: Stage) -> None:
    call_command("check", databases=["default"])
    run(MOVES[0])
    with pytest.raises(SystemCheckError, match="does not belong where it stands"):
        call_command("check", databases=["default"])
