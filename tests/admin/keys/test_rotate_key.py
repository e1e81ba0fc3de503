from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone, translation

from links.domain.judging.facts import Delivery
from links.models import Bucket, SigningKey
from tests.fixtures import OBJECT, Setup
from tests.markup import tidy
from tests.strict_s3 import AccessKey


@pytest.fixture
def second(setup: Setup) -> AccessKey:
    return setup.s3.add_key(setup.access_key.caller)


def page_of(key: SigningKey, page: str = "rotate") -> str:
    return f"/admin/links/signingkey/{key.pk}/{page}/"


def fill(access: AccessKey, secret: str = "") -> dict[str, str]:
    return {"access_key_id": access.id, "secret": secret or access.secret}


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return tidy(answer.content.decode())


def test_the_keys_page_leads_to_its_rotation(admin_client: Client, setup: Setup) -> None:
    page = read(admin_client, page_of(setup.key, "change"))
    assert f'href="{page_of(setup.key)}">Rotate this key</a>' in page


def test_the_plan_stands_before_the_form_and_nothing_is_changed_by_looking(admin_client: Client, setup: Setup) -> None:
    setup.create_link()
    link = setup.create_link("3 days", Delivery.PRESIGNED).link
    asked = len(setup.s3.requests)
    page = read(admin_client, page_of(setup.key))
    plan = page.index("1 stable link is not affected")
    assert plan < page.index("1 presigned link was signed by the old key") < page.index('name="secret"')
    assert f"#{link.pk} {OBJECT}" in page
    assert len(setup.s3.requests) == asked
    assert SigningKey.objects.get().replaced_at is None


def test_the_new_key_takes_over_and_the_outcome_says_until_when_the_old_one_must_stay(
    admin_client: Client, setup: Setup, second: AccessKey
) -> None:
    setup.create_link("3 days", Delivery.PRESIGNED)
    answer = admin_client.post(page_of(setup.key), fill(second), follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [(page_of(setup.key), 302)]
    assert f"“Share” now uses {second.id}." in page
    assert f"Do not delete the old key {setup.access_key.id} at its store before " in page
    assert OBJECT in page
    assert Bucket.objects.get().key.access_key_id == second.id


def test_the_outcome_can_be_read_again_until_the_old_key_is_needed_no_more(
    admin_client: Client, setup: Setup, second: AccessKey
) -> None:
    setup.create_link("3 days", Delivery.PRESIGNED)
    admin_client.post(page_of(setup.key), fill(second))
    old = SigningKey.objects.get(access_key_id=setup.access_key.id)
    for page in ("rotate", "change"):
        assert "Do not delete the old key" in read(admin_client, page_of(old, page))
    setup.bucket.links.update(signature_ends_at=timezone.now() - timedelta(seconds=1))
    SigningKey.objects.filter(pk=old.pk).update(replaced_at=timezone.now() - timedelta(days=4))
    for page in ("rotate", "change"):
        assert "can be deleted at its store" in read(admin_client, page_of(old, page))


def test_a_replaced_key_is_shown_as_such_and_offered_nowhere(
    admin_client: Client, setup: Setup, second: AccessKey
) -> None:
    admin_client.post(page_of(setup.key), fill(second))
    page = read(admin_client, page_of(setup.key, "change"))
    assert "Rotated" in page
    assert "Deleted when the key was replaced." in page
    assert "Verify" not in page
    assert "Rotate this key" not in page
    binding = read(admin_client, f"/admin/links/bucket/{setup.bucket.pk}/change/")
    assert "(until " not in binding
    assert 'name="secret"' not in read(admin_client, page_of(setup.key))


def test_no_secret_is_written_back_or_kept_in_a_history(admin_client: Client, setup: Setup, second: AccessKey) -> None:
    wrong = admin_client.post(page_of(setup.key), fill(second, "a-wrong-secret")).content.decode()
    assert "The secret does not belong to access key" in wrong
    assert "a-wrong-secret" not in wrong
    done = admin_client.post(page_of(setup.key), fill(second), follow=True).content.decode()
    told = done + "".join(read(admin_client, page_of(key, "history")) for key in SigningKey.objects.all())
    for secret in (second.secret, setup.access_key.secret, "a-wrong-secret"):
        assert secret not in told
        assert secret not in str(list(LogEntry.objects.values()))
    assert f"Replaced by {second.id}." in told


def test_a_refusal_stands_in_the_form_and_changes_nothing(admin_client: Client, setup: Setup) -> None:
    setup.create_link()
    stranger = setup.s3.add_user("stranger")
    stranger.deny("s3:*")
    page = admin_client.post(page_of(setup.key), fill(setup.s3.add_key(stranger))).content.decode()
    assert "The new key cannot read what the old one could" in page
    assert "1 stable link is not affected" in page
    assert SigningKey.objects.get().access_key_id == setup.access_key.id


def test_a_missing_half_is_told_at_its_field(admin_client: Client, setup: Setup) -> None:
    page = admin_client.post(page_of(setup.key), {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret": ""})
    assert "secret" in page.context["form"].errors


def test_a_second_press_of_the_button_does_no_harm(admin_client: Client, setup: Setup, second: AccessKey) -> None:
    admin_client.post(page_of(setup.key), fill(second))
    third = setup.s3.add_key(setup.access_key.caller)
    assert admin_client.post(page_of(setup.key), fill(third)).status_code == 200
    assert Bucket.objects.get().key.access_key_id == second.id
    assert SigningKey.objects.count() == 2


def test_who_may_only_look_rotates_nothing(setup: Setup, second: AccessKey, sign_in: Callable[..., Client]) -> None:
    client = sign_in("view_signingkey", "add_signingkey")
    assert client.get(page_of(setup.key)).status_code == 403
    assert client.post(page_of(setup.key), fill(second)).status_code == 403
    assert "Rotate this key" not in read(client, page_of(setup.key, "change"))
    assert SigningKey.objects.get().access_key_id == setup.access_key.id


def test_who_may_rotate_but_not_see_links_is_told_numbers_only(setup: Setup, sign_in: Callable[..., Client]) -> None:
    setup.create_link("3 days", Delivery.PRESIGNED)
    page = read(sign_in("view_signingkey", "change_signingkey"), page_of(setup.key))
    assert "1 presigned link" in page
    assert OBJECT not in page


def test_a_policy_of_days_is_saved_and_shown_as_a_date(admin_client: Client, setup: Setup) -> None:
    details = {"label": "Share", "rotates_at": "", "rotation_days": "90"}
    admin_client.post(page_of(setup.key, "change"), details)
    key = SigningKey.objects.get()
    assert key.rotation_due_at == key.created_at + timedelta(days=90)
    assert f"{key.rotation_due_at:%Y-%m-%d}" in read(admin_client, page_of(key, "change"))


@pytest.mark.parametrize("days", ["0", "-1", "4000"])
def test_a_policy_that_cannot_be_meant_is_refused(admin_client: Client, setup: Setup, days: str) -> None:
    details = {"label": "Share", "rotates_at": "", "rotation_days": days}
    assert "rotation_days" in admin_client.post(page_of(setup.key, "change"), details).context["form"].errors
    assert SigningKey.objects.get().rotation_days is None


def test_the_pages_speak_japanese(admin_client: Client, setup: Setup, second: AccessKey) -> None:
    setup.create_link("3 days", Delivery.PRESIGNED)
    with translation.override("ja"):
        before = admin_client.get(page_of(setup.key), headers={"accept-language": "ja"}).content.decode()
        admin_client.post(page_of(setup.key), fill(second))
        after = admin_client.get(page_of(setup.key), headers={"accept-language": "ja"}).content.decode()
    assert "Rotate this key" not in before
    assert "signed by the old key" not in before
    assert "Do not delete" not in after
