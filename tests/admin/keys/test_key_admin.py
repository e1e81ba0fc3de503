from collections.abc import Callable

from django.contrib.admin.models import LogEntry
from django.test import Client

from links.models import SigningKey
from tests.fixtures import Setup
from tests.strict_s3 import StrictS3

LIST = "/admin/links/signingkey/"


def page_of(key: SigningKey, page: str = "change") -> str:
    return f"{LIST}{key.pk}/{page}/"


def fill(s3: StrictS3, access_key_id: str, secret: str, token: str = "") -> dict[str, str]:
    return {
        "label": "New",
        "access_key_id": access_key_id,
        "secret": secret,
        "session_token": token,
        "endpoint": s3.url,
        "region": "eu-central-1",
    }


def test_a_key_is_added_and_its_secret_never_seen_again(admin_client: Client, strict_s3: StrictS3) -> None:
    given = strict_s3.add_key(strict_s3.add_user("share"))
    answer = admin_client.post(f"{LIST}add/", fill(strict_s3, given.id, given.secret), follow=True)
    key = SigningKey.objects.get()
    pages = [answer, *(admin_client.get(page_of(key, page)) for page in ("change", "history"))]
    for page in pages:
        assert page.status_code == 200
        assert given.secret not in page.content.decode()
    assert "Verified" in answer.content.decode()
    assert given.secret not in str(list(LogEntry.objects.values()))


def test_a_session_token_is_refused_in_words_and_not_written_back(admin_client: Client, strict_s3: StrictS3) -> None:
    given = strict_s3.add_key(strict_s3.add_user("share"))
    answer = admin_client.post(f"{LIST}add/", fill(strict_s3, given.id, given.secret, "pasted-token"))
    page = answer.content.decode()
    assert "session token" in page
    assert "pasted-token" not in page
    assert given.secret not in page
    assert not SigningKey.objects.exists()


def test_neither_the_id_nor_the_secret_is_changed(admin_client: Client, setup: Setup) -> None:
    kept = setup.key.secret.ciphertext if setup.key.secret else b""
    admin_client.post(page_of(setup.key), {"label": "Renamed", "access_key_id": "AKIAOTHER", "secret": "other"})
    key = SigningKey.objects.get()
    assert key.label == "Renamed"
    assert key.access_key_id == setup.access_key.id
    assert key.secret is not None
    assert key.secret.ciphertext == kept


def test_proving_again_finds_a_deleted_key(admin_client: Client, setup: Setup) -> None:
    setup.s3.delete_key(setup.access_key.id)
    page = admin_client.post(page_of(setup.key, "prove"), follow=True).content.decode()
    assert "Refused" in page
    assert SigningKey.objects.get().state == "refused"


def test_many_keys_are_proved_from_the_list(admin_client: Client, setup: Setup) -> None:
    chosen = {"action": "prove_selected", "_selected_action": [str(setup.key.pk)]}
    assert "Verified" in admin_client.post(LIST, chosen, follow=True).content.decode()


def test_a_key_that_signs_for_a_bucket_is_not_deleted(admin_client: Client, setup: Setup) -> None:
    page = admin_client.post(page_of(setup.key, "delete"), {"post": "yes"}, follow=True).content.decode()
    assert "signs for these buckets: files" in page
    assert SigningKey.objects.exists()


def test_a_key_that_signs_for_none_is_deleted(admin_client: Client, setup: Setup) -> None:
    setup.bucket.delete()
    admin_client.post(page_of(setup.key, "delete"), {"post": "yes"})
    assert not SigningKey.objects.exists()


def test_who_may_only_look_proves_and_changes_nothing(setup: Setup, sign_in: Callable[..., Client]) -> None:
    client = sign_in("view_signingkey")
    for page in ("prove", "change", "delete"):
        assert client.post(page_of(setup.key, page), {"label": "Renamed"}).status_code == 403
    assert client.get(f"{LIST}add/").status_code == 403
    assert "Verify" not in client.get(page_of(setup.key)).content.decode()


def test_a_key_that_no_store_was_asked_about_is_not_tried_yet_until_a_link_of_it_works(
    admin_client: Client, setup: Setup
) -> None:
    setup.s3.identity_service = False
    setup.key.state = "unproved"
    setup.key.save()
    entered = fill(setup.s3, "AKIAINVENTEDINVENTED", "x" * 40)
    added = admin_client.post(f"{LIST}add/", entered, follow=True).content.decode()
    for page in (added, admin_client.get(page_of(SigningKey.objects.get(label="New"))).content.decode()):
        assert "Not tried yet" in page
        assert "can sign" not in page
    link = setup.create_link().link
    assert "Not tried yet" in admin_client.get(page_of(setup.key)).content.decode()
    link.verdict = "healthy"
    link.save()
    assert "Not tried yet" not in admin_client.get(page_of(setup.key)).content.decode()


def test_a_bucket_that_worked_when_it_was_tested_shows_that_its_key_works(admin_client: Client, setup: Setup) -> None:
    setup.key.state = "unproved"
    setup.key.save()
    assert "Not tried yet" in admin_client.get(page_of(setup.key)).content.decode()
    admin_client.post(f"/admin/links/bucket/{setup.bucket.pk}/test/")
    assert "Not tried yet" not in admin_client.get(page_of(setup.key)).content.decode()
