from django.test import Client

from links.models import SigningKey
from tests.fixtures import Setup


def test_the_keys_page_leads_to_the_field_for_its_secret(setup: Setup, admin_client: Client) -> None:
    page = f"/admin/links/signingkey/{setup.key.pk}/"
    assert f'href="{page}secret/"' in admin_client.get(f"{page}change/").content.decode()
    shown = admin_client.get(f"{page}secret/").content.decode()
    assert 'name="secret"' in shown
    assert setup.access_key.secret not in shown


def test_a_secret_that_works_is_saved(setup: Setup, admin_client: Client) -> None:
    SigningKey.objects.get().secret = "wrong"
    page = f"/admin/links/signingkey/{setup.key.pk}/"
    entered = {"secret": setup.access_key.secret, "endpoint": setup.s3.url, "region": ""}
    answer = admin_client.post(f"{page}secret/", entered, follow=True)
    assert "The secret works." in answer.content.decode()


def test_a_secret_that_does_not_work_is_said_at_its_field_and_not_repeated(setup: Setup, admin_client: Client) -> None:
    page = f"/admin/links/signingkey/{setup.key.pk}/secret/"
    shown = admin_client.post(page, {"secret": "not-it-at-all", "endpoint": setup.s3.url}).content.decode()
    assert "The secret does not belong to" in shown
    assert "not-it-at-all" not in shown


def test_the_buckets_page_has_a_field_for_its_endpoint(setup: Setup, admin_client: Client) -> None:
    page = f"/admin/links/bucket/{setup.bucket.pk}/change/"
    assert 'name="endpoint"' in admin_client.get(page).content.decode()
    moved = setup.s3.url.replace("127.0.0.1", "localhost")
    entered = {"key": setup.key.pk, "region": "eu-central-1", "addressing": "path", "endpoint": moved}
    admin_client.post(page, entered)
    setup.bucket.refresh_from_db()
    assert setup.bucket.endpoint == moved
