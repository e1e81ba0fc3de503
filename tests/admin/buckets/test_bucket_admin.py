import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from links.models import Bucket, ShareLink
from links.services.keys import proofs
from links.texts.times import moment
from tests.fake_receivers import closed_port
from tests.fixtures import Setup

LIST = "/admin/links/bucket/"


def page_of(bucket: Bucket, page: str = "change") -> str:
    return f"{LIST}{bucket.pk}/{page}/"


def add(client: Client, setup: Setup, **more: str) -> str:
    entered = {"name": "more", "key": setup.key.pk, "addressing": "auto", "region": "", "endpoint": "", **more}
    page = client.post(f"{LIST}add/", entered, follow=True).content.decode()
    assert Bucket.objects.filter(name="more").exists()
    return page


def test_a_bucket_is_added_and_tried_at_once(admin_client: Client, setup: Setup) -> None:
    setup.s3.add_bucket("more", region="eu-central-1").put("a.pdf", b"a")
    assert "It was tried: a signed URL works." in add(admin_client, setup)


def test_a_bucket_of_which_everything_is_denied_is_added_and_not_said_to_work(
    admin_client: Client, setup: Setup
) -> None:
    setup.s3.add_bucket("more", region="eu-central-1").put("a.pdf", b"a")
    setup.s3.account.users["share"].deny("s3:*")
    page = add(admin_client, setup)
    assert "It is not known whether files of “more” can be downloaded" in page
    assert "and answered 403" in page
    assert "no longer" not in page
    assert "a signed URL works" not in page


def test_where_nothing_may_be_listed_a_file_that_is_known_shows_that_it_works(
    admin_client: Client, setup: Setup
) -> None:
    setup.s3.add_bucket("more", region="eu-central-1").put("a.pdf", b"a")
    setup.s3.account.users["share"].deny("s3:ListBucket")
    assert "a signed URL works" in add(admin_client, setup, object_key="a.pdf")
    bucket = Bucket.objects.get(name="more")
    tested = admin_client.post(page_of(bucket, "test")).content.decode()
    assert "Test the bucket with a file that is there" in tested
    (field,) = re.findall(r'<input[^>]* name="object_key"[^>]*>', tested)
    assert f'id="id_{bucket.pk}_object_key"' in field
    assert admin_client.post(page_of(bucket, "test"), {"object_key": "a.pdf"}).content.decode().count("Works") == 1


def test_a_file_that_no_object_can_be_is_refused_at_its_field_and_nothing_is_added(
    admin_client: Client, setup: Setup
) -> None:
    entered = {"name": "more", "key": setup.key.pk, "addressing": "auto", "object_key": "a/../b"}
    page = admin_client.post(f"{LIST}add/", entered)
    assert page.context["form"].has_error("object_key")
    assert not Bucket.objects.filter(name="more").exists()
    tested = admin_client.post(page_of(setup.bucket, "test"), {"object_key": "a/../b"})
    assert 'class="errorlist"' in tested.content.decode()


def test_a_dead_endpoint_is_named_and_no_other_service_is_blamed(admin_client: Client, setup: Setup) -> None:
    with closed_port() as port:
        host = f"127.0.0.1:{port}"
        page = unescape(add(admin_client, setup, endpoint=f"http://{host}"))
        tested = admin_client.post(page_of(Bucket.objects.get(name="more"), "test")).content.decode()
    assert f"{host} was asked for the list of “more”, and gave no answer." in page
    for told in (page, tested):
        assert f"The store cannot be reached at {host}." in told
        assert "STS" not in told


def test_without_a_key_the_page_says_what_comes_first(admin_client: Client) -> None:
    assert "/admin/links/signingkey/add/" in admin_client.get(f"{LIST}add/").content.decode()


def test_a_test_says_in_words_what_works(admin_client: Client, setup: Setup) -> None:
    page = admin_client.post(page_of(setup.bucket, "test")).content.decode()
    assert page.count("Works") == 2
    assert "The store was not asked for this." in page


def test_a_test_says_what_does_not_work_and_what_to_do(admin_client: Client, setup: Setup) -> None:
    setup.s3.delete_key(setup.access_key.id)
    page = admin_client.post(page_of(setup.bucket, "test")).content.decode()
    assert "Does not work" in page
    assert "What to do" in page


def test_a_bucket_whose_key_may_not_sign_says_so(admin_client: Client, setup: Setup) -> None:
    setup.key.state = "pending"
    setup.key.save()
    chosen = {"action": "run_tests", "_selected_action": [str(setup.bucket.pk)]}
    page = admin_client.post(LIST, chosen).content.decode()
    assert 'class="caution"' in page


def test_a_bucket_is_bound_to_another_key(admin_client: Client, setup: Setup) -> None:
    given = setup.s3.add_key(setup.s3.add_user("other"))
    created = setup.key.created_at
    other = proofs.add_key("Other", given.id, given.secret, endpoint=setup.s3.url, region="eu-central-1", now=created)
    admin_client.post(page_of(setup.bucket), {"key": other.pk, "region": "eu-central-1", "addressing": "auto"})
    assert Bucket.objects.get().key == other


def test_a_bucket_with_links_is_not_deleted(admin_client: Client, setup: Setup) -> None:
    setup.create_link()
    page = admin_client.post(page_of(setup.bucket, "delete"), {"post": "yes"}, follow=True).content.decode()
    assert "has links" in page
    assert Bucket.objects.exists()


def test_who_may_only_look_tests_and_changes_nothing(setup: Setup, sign_in: Callable[..., Client]) -> None:
    client = sign_in("view_bucket")
    entered = {"key": setup.key.pk, "region": "us-east-1", "addressing": "path"}
    for page in ("test", "change", "delete"):
        assert client.post(page_of(setup.bucket, page), entered).status_code == 403
    assert client.get(page_of(setup.bucket)).status_code == 200
    assert Bucket.objects.get().region == "eu-central-1"


@pytest.mark.parametrize(("meant", "is_said"), [({}, True), ({"internal": "on"}, False)])
def test_a_store_that_only_insiders_reach_is_cautioned_about_once_unless_it_is_meant(
    admin_client: Client, setup: Setup, meant: dict[str, str], is_said: bool
) -> None:
    entered = {"name": "more", "key": str(setup.key.pk), "addressing": "auto", **meant}
    answer = admin_client.post("/admin/links/bucket/add/", entered, follow=True)
    assert ("can only be reached from within its own network" in answer.content.decode()) is is_said
    assert "can only be reached" not in admin_client.get(answer.request["PATH_INFO"]).content.decode()


@pytest.mark.parametrize(("meant", "is_said"), [({}, True), ({"internal": "on"}, False)])
def test_a_bucket_that_moves_where_only_insiders_reach_is_cautioned_about_once_unless_it_is_meant(
    admin_client: Client, setup: Setup, meant: dict[str, str], is_said: bool
) -> None:
    Bucket.objects.update(endpoint="https://s3.example.com")
    setup.bucket.refresh_from_db()
    setup.bucket.bind_anew(setup.bucket.key)
    setup.bucket.save()
    entered = {"key": setup.key.pk, "endpoint": setup.key.endpoint, "addressing": "path", **meant}
    answer = admin_client.post(page_of(setup.bucket), entered, follow=True)
    assert Bucket.objects.get().endpoint == setup.key.endpoint
    assert ("can only be reached from within its own network" in answer.content.decode()) is is_said
    again = admin_client.post(page_of(setup.bucket), {**entered, "region": "eu-west-1", "internal": ""}, follow=True)
    assert "can only be reached" not in again.content.decode()


def test_a_bucket_is_not_bound_to_a_key_that_its_store_does_not_know(admin_client: Client, setup: Setup) -> None:
    setup.create_link()
    created, invented = setup.key.created_at, "AKIAINVENTEDINVENTED"
    setup.s3.identity_service = False
    other = proofs.add_key("Bad", invented, "x" * 40, endpoint=setup.s3.url, region="eu-central-1", now=created)
    entered = {"key": other.pk, "region": "eu-central-1", "addressing": "auto", "untried": "on"}
    page = unescape(admin_client.post(page_of(setup.bucket), entered).content.decode())
    assert f"The store does not know access key {invented}" in page
    assert Bucket.objects.get().key == setup.key


def test_where_nobody_answers_the_page_asks_whether_to_save_it_untried(admin_client: Client, setup: Setup) -> None:
    assert 'name="untried"' not in admin_client.get(page_of(setup.bucket)).content.decode()
    with closed_port() as port:
        entered = {"key": setup.key.pk, "addressing": "path", "endpoint": f"http://127.0.0.1:{port}"}
        asked = admin_client.post(page_of(setup.bucket), entered).content.decode()
        assert 'name="untried"' in asked
        assert "Save it untried" in asked
        assert Bucket.objects.get().endpoint == setup.s3.url
        saved = admin_client.post(page_of(setup.bucket), {**entered, "untried": "on"}, follow=True).content.decode()
        assert "It was saved untried" in saved
        assert Bucket.objects.get().endpoint == entered["endpoint"]


def test_a_test_leads_to_the_key_and_shows_nothing_green_of_a_key_that_the_store_refuses(
    admin_client: Client, setup: Setup
) -> None:
    setup.s3.delete_key(setup.access_key.id)
    page = admin_client.post(page_of(setup.bucket, "test")).content.decode()
    assert f"/admin/links/signingkey/{setup.key.pk}/rotate/" in page
    assert page_of(setup.bucket) in page
    assert "Works" not in page


def test_a_new_bucket_that_does_not_work_is_said_in_few_words_and_the_cure_once(
    admin_client: Client, setup: Setup
) -> None:
    page = unescape(add(admin_client, setup, region="us-east-1"))
    said = re.findall(r'<li class="warning">(.*?)</li>', page, re.DOTALL)[0]
    assert said.startswith("“more” was added, but it does not work yet.")
    assert said.count("Its name cannot be changed here") == 1
    assert len(said.split()) < 100


def test_the_list_and_the_page_say_how_each_bucket_stands(admin_client: Client, setup: Setup) -> None:
    def read() -> str:
        return unescape(
            admin_client.get(LIST).content.decode() + admin_client.get(page_of(setup.bucket)).content.decode()
        )

    link = setup.create_link().link
    assert read().count("not tested yet") == 2
    link.verdict = "healthy"
    link.validated_at = timezone.now()
    link.save()
    assert "</span>works</span></td>" in read()


@pytest.mark.parametrize(
    ("denied", "told"),
    [
        ("", "works"),
        ("s3:GetObject", "does not work"),
        ("s3:*", "it could not be told whether it works"),
    ],
)
def test_a_test_is_remembered_in_the_list_on_the_page_and_where_a_bucket_is_chosen(
    admin_client: Client, setup: Setup, denied: str, told: str
) -> None:
    if denied:
        setup.s3.account.users["share"].deny(denied)
    admin_client.post(page_of(setup.bucket, "test"))
    tested = Bucket.objects.get().last_test
    assert tested
    for page in (LIST, page_of(setup.bucket), "/admin/links/sharelink/add/"):
        assert f"tested on {moment(tested.at)}: {told}" in admin_client.get(page).content.decode(), page


def test_links_that_work_count_from_a_test_that_failed_on(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    ShareLink.objects.update(verdict="healthy", validated_at=timezone.now())
    Bucket.objects.update(tested_at=timezone.now(), test_works=False)
    assert "does not work</span>" in admin_client.get(LIST).content.decode()
    ShareLink.objects.filter(pk=link.pk).update(validated_at=timezone.now())
    assert "</span>works</span></td>" in admin_client.get(LIST).content.decode()
