"""A storage whose URLs are stable links, in a project that has links installed."""

import pickle
import re
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from links.domain.errors import Refused, Unavailable
from links.models import Bucket, ShareLink
from links.s3.storage import StorageRefused
from links.storage import StableLinkStorage
from tests.fixtures import CONTENT, World, fetch
from tests.strict_s3 import StrictS3, refusals

NAMES = [f"scans/{number}.png" for number in range(1000)]


@pytest.fixture
def world(db: None, strict_s3: StrictS3) -> World:
    return World.build(strict_s3, "files", "report.pdf", "a b/ü+&.pdf")


def build(world: World, **options: Any) -> StableLinkStorage:
    return StableLinkStorage(
        access_key=world.access.id, secret_key=world.access.secret, bucket_name="files",
        region_name=world.bucket.region or None, endpoint_url=world.s3.url, addressing_style="path",
        **{"lifetime": "1 year", **options},
    )  # fmt: skip


@pytest.fixture
def storage(world: World) -> StableLinkStorage:
    return build(world)


def test_a_url_is_one_link_however_often_it_is_asked_for(world: World, storage: StableLinkStorage) -> None:
    url = storage.url("report.pdf")
    assert url.startswith("http://holdfast.test/s/")
    assert {storage.url("report.pdf"), build(world).url("report.pdf")} == {url}
    link = ShareLink.objects.get()
    assert (link.object_key, link.purpose, link.lifetime) == ("report.pdf", "storage", "1 year")
    assert timedelta(days=364) < link.promised_until - timezone.now() < timedelta(days=367)


def test_what_was_saved_is_what_its_url_leads_to(storage: StableLinkStorage) -> None:
    name = storage.save("new/a b ü.txt", ContentFile(CONTENT))
    answer = Client().get(storage.url(name).removeprefix("http://holdfast.test"))
    assert answer.status_code == 302
    assert fetch(answer["Location"]) == CONTENT


def test_a_file_that_is_written_anew_is_what_the_link_leads_to(world: World, storage: StableLinkStorage) -> None:
    path = storage.url("report.pdf").removeprefix("http://holdfast.test")
    world.store.put("report.pdf", b"the second edition")
    world.validate()
    assert fetch(Client().get(path)["Location"]) == b"the second edition"


def test_two_purposes_are_two_links(world: World, storage: StableLinkStorage) -> None:
    assert storage.url("report.pdf") != build(world, purpose="invoices").url("report.pdf")
    assert set(ShareLink.objects.values_list("purpose", flat=True)) == {"storage", "invoices"}


def test_a_location_is_part_of_the_key(world: World) -> None:
    assert build(world, location="a b").url("ü+&.pdf")
    assert ShareLink.objects.get().object_key == "a b/ü+&.pdf"


def test_password_and_customer_are_those_of_new_links(world: World) -> None:
    url = build(world, password="correct horse battery", customer="Example Ltd.").url("report.pdf")
    link = ShareLink.objects.get()
    assert (link.customer and link.customer.name, bool(link.password)) == ("Example Ltd.", True)
    assert Client().get(url.removeprefix("http://holdfast.test")).status_code == 200  # the page that asks for it


@pytest.mark.parametrize("change", [{"promised_until": timezone.now()}, {"revoked_at": timezone.now()}])
def test_what_is_over_is_not_made_anew_and_its_page_says_so(
    world: World, storage: StableLinkStorage, change: dict[str, Any]
) -> None:
    url = storage.url("report.pdf")
    ShareLink.objects.update(**change)
    assert build(world).url("report.pdf") == url
    assert ShareLink.objects.count() == 1
    assert Client().get(url.removeprefix("http://holdfast.test")).status_code == 410


def test_an_object_that_is_not_there_leaves_its_place_empty_and_says_why(
    storage: StableLinkStorage, caplog: pytest.LogCaptureFixture
) -> None:
    assert storage.url("nothing.pdf") == ""
    assert "object-missing" in caplog.text
    with pytest.raises(Refused, match="object-missing"):
        storage.find_url("nothing.pdf")
    assert not ShareLink.objects.exists()


def test_a_store_that_does_not_answer_keeps_no_known_url_back(world: World, storage: StableLinkStorage) -> None:
    url = storage.url("report.pdf")
    world.s3.answer = refusals.service_unavailable()
    assert build(world).url("report.pdf") == url
    with pytest.raises(Unavailable):
        build(world).find_url("a b/ü+&.pdf")


def make_links(world: World) -> None:
    """As so many objects are known whose links were made before."""
    first = world.create_link("report.pdf", follows_latest=True).link
    rows = [ShareLink.objects.get(pk=first.pk) for _ in NAMES]
    for row, name in zip(rows, NAMES, strict=True):
        row.pk, row.object_key, row.purpose, row.token_hash = None, name, "storage", name.encode()[:32]
        row.token, row.slug = None, name.replace("/", "-").replace(".", "-")
    ShareLink.objects.bulk_create(rows)


def test_a_thousand_known_objects_cost_one_query(
    world: World, storage: StableLinkStorage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_links(world)
    with django_assert_num_queries(1):
        storage.prefetch(NAMES)
    with django_assert_num_queries(0):
        assert {storage.url(name) for name in NAMES} == {
            f"http://holdfast.test/f/{name.replace('/', '-').replace('.', '-')}" for name in NAMES
        }


def test_without_it_each_costs_one_by_index_and_none_within_the_next_minute(
    world: World, storage: StableLinkStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_links(world)
    with CaptureQueriesContext(connection) as asked:
        storage.url(NAMES[7])
        storage.url(NAMES[7])
    assert len(asked) == 1
    # PostgreSQL has one of object keys alone, for the search, and takes either.
    assert re.search(
        "USING.* INDEX share_link_purpose_once|Scan using share_link_(purpose_once|object)", explain(asked[0]["sql"])
    )
    later = monotonic() + 61
    monkeypatch.setattr("links.storage.monotonic", lambda: later)
    with CaptureQueriesContext(connection) as asked:
        storage.url(NAMES[7])
    assert len(asked) == 1


def explain(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{statement}")
        return "\n".join(str(line) for line in cursor.fetchall())


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"lifetime": ""}, "for how long"),
        ({"lifetime": "soon"}, "cannot be read"),
        ({"purpose": ""}, "purpose"),
        ({"purpose": "x" * 61}, "purpose"),
    ],
)
def test_options_that_cannot_be_are_refused_with_what_to_write(
    world: World, options: dict[str, str], told: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=told):
        build(world, **options)


def test_a_temporary_key_is_refused_as_ever(world: World) -> None:
    with pytest.raises(StorageRefused):
        build(world, security_token="a session token")


def test_a_bucket_that_nobody_registered_is_named(world: World, storage: StableLinkStorage) -> None:
    Bucket.objects.update(name="others")
    with pytest.raises(ImproperlyConfigured, match=r"'files'.*add_bucket"):
        storage.url("report.pdf")


@pytest.mark.parametrize("asked", [{"expire": 60}, {"parameters": {"VersionId": "1"}}, {"http_method": "PUT"}])
def test_what_a_stable_link_cannot_have_is_refused(storage: StableLinkStorage, asked: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="stable link"):
        storage.url("report.pdf", **asked)


def test_a_copy_in_another_process_finds_the_same_link(storage: StableLinkStorage) -> None:
    url = storage.url("report.pdf")
    assert pickle.loads(pickle.dumps(storage)).url("report.pdf") == url
