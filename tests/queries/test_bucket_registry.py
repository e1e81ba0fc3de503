"""Whom we ask, and whose URL it is."""

import pytest
from pytest_django import Settings

from links.domain.buckets.endpoints import Addressing, locate
from links.domain.errors import Refused
from links.domain.sharing import EVERYTHING, SharedPrefix, ShareScope
from links.domain.signed_urls.reading import read
from links.domain.stores.answers import Answer
from links.domain.stores.hosts import is_aws_host
from links.models import Bucket, ShareLink
from links.queries import bucket_registry
from links.queries.bucket_registry import BucketRegistry
from links.s3.probe import ProbePolicy
from links.services.buckets import binding
from links.services.visits import precheck
from tests.fixtures import World
from tests.site_settings import SiteSettings

QUERY = "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A/20260301/us-east-1/s3/aws4_request&X-Amz-Signature=a"


def may_probe(url: str) -> bool:
    return BucketRegistry.read().may_probe(read(url))


def find_bucket(url: str) -> tuple[Bucket | None, str]:
    return bucket_registry.find_shared(read(url), EVERYTHING)


def test_a_registered_endpoint_is_asked_on_its_own_port_only(world: World, site_settings: SiteSettings) -> None:
    site_settings.PROBE_ALLOWED_HOSTS = []
    port = world.s3.port
    assert may_probe(f"http://127.0.0.1:{port}/files/a{QUERY}")
    assert not may_probe(f"http://127.0.0.1:{port - 1}/files/a{QUERY}")
    assert not may_probe(f"http://127.0.0.1/files/a{QUERY}")


@pytest.mark.parametrize(("endpoint", "port"), [("https://store.example.com", 443), ("http://store.example.com", 80)])
def test_an_endpoint_without_a_port_is_asked_on_its_schemes_port_only(world: World, endpoint: str, port: int) -> None:
    binding.add_bucket("more", world.key, endpoint=endpoint, now=world.clock())
    policy = bucket_registry.make_policy()
    assert policy.names("store.example.com", port)
    assert policy.names("more.store.example.com", port)
    assert not policy.names("store.example.com", 8080)
    assert not policy.names("store.example.org", port)


@pytest.mark.parametrize("addressing", Addressing)
@pytest.mark.parametrize("endpoint", ["https://store.example.com", "http://store.example.com:9000", ""])
def test_a_click_may_look_at_the_file_wherever_its_bucket_is_addressed(
    world: World, endpoint: str, addressing: Addressing, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = world.create_link().link
    Bucket.objects.update(endpoint=endpoint, addressing=addressing.value)
    looked: list[ProbePolicy] = []

    def look(url: str, *, policy: ProbePolicy, now: object) -> Answer:
        looked.append(policy)
        return Answer(206, served=True)

    monkeypatch.setattr(precheck, "probe", look)
    assert precheck.check_before_redirect(ShareLink.objects.get(pk=link.pk), "", world.clock()) is None
    host, port = locate("files", "us-east-1", endpoint, addressing.value).address
    assert is_aws_host(host) or looked[0].names(host, port)
    assert not looked[0].names("store.example.net", port)


@pytest.mark.parametrize(
    ("stored", "region", "written", "others"),
    [
        (
            "https://store.example.com",
            "",
            ("https://store.example.com/", "HTTPS://Store.Example.com:443", " https://store.example.com "),
            ("https://store.example.com:8443", "http://store.example.com", "https://example.com", ""),
        ),
        (
            "",
            "eu-west-1",
            ("", "https://s3.eu-west-1.amazonaws.com", "https://s3.eu-west-1.amazonaws.com/"),
            ("https://s3.eu-west-2.amazonaws.com", "http://s3.eu-west-1.amazonaws.com"),
        ),
    ],
)
def test_a_bucket_is_found_by_its_name_and_its_store_however_that_is_written(
    world: World, stored: str, region: str, written: tuple[str, ...], others: tuple[str, ...]
) -> None:
    bucket = Bucket.objects.create(name="twin", key=world.key, endpoint=stored, region=region, created_at=world.clock())
    for endpoint in (None, *written):
        assert bucket_registry.list_named("twin", endpoint) == [bucket]
    assert not any(bucket_registry.list_named("twin", endpoint) for endpoint in others)
    assert bucket_registry.list_named("twins") == []
    with pytest.raises(Refused, match="endpoint-malformed"):
        bucket_registry.list_named("twin", "store.example.com")


def test_aws_is_asked_and_strangers_only_where_settings_name_them(world: World, site_settings: SiteSettings) -> None:
    stranger = f"https://store.example.net/files/a{QUERY}"
    assert may_probe(f"https://files.s3.eu-west-1.amazonaws.com/a{QUERY}")
    assert not may_probe(stranger)
    site_settings.PROBE_ALLOWED_HOSTS = ["Store.Example.net"]
    assert may_probe(stranger)


def test_a_url_is_known_as_the_object_of_a_registered_bucket(world: World) -> None:
    host = f"http://127.0.0.1:{world.s3.port}"
    assert find_bucket(f"{host}/files/a%20b/c.pdf{QUERY}") == (world.bucket, "a b/c.pdf")
    assert find_bucket(f"{host}/others/c.pdf{QUERY}") == (None, "others/c.pdf")
    assert find_bucket(f"http://store.example.net/files/c.pdf{QUERY}")[0] is None


def test_a_bucket_at_aws_is_known_by_host_or_path(world: World) -> None:
    Bucket.objects.update(endpoint="", region="eu-west-1")
    for address in ("files.s3.eu-west-1.amazonaws.com/c.pdf", "s3.eu-west-1.amazonaws.com/files/c.pdf"):
        assert find_bucket(f"https://{address}{QUERY}") == (world.bucket, "c.pdf")


def test_a_bucket_that_can_no_longer_be_located_is_passed_over(world: World) -> None:
    Bucket.objects.update(endpoint="", region="")
    assert find_bucket(f"https://files.s3.amazonaws.com/c.pdf{QUERY}") == (None, "c.pdf")


def test_what_is_no_text_is_shown_as_such(world: World) -> None:
    host = f"http://127.0.0.1:{world.s3.port}"
    assert find_bucket(f"{host}/files/%00%ff{QUERY}") == (None, "files/\ufffd\ufffd")
    assert find_bucket(f"{host}/files/a%00{QUERY}") == (None, "files/a\ufffd")


@pytest.mark.parametrize(("prefix", "is_theirs"), [("a b/", True), ("a", True), ("b/", False), ("a b/c/", False)])
def test_what_somebody_may_not_share_reads_as_a_strangers(prefix: str, is_theirs: bool, world: World) -> None:
    scope = ShareScope((SharedPrefix(world.bucket.pk, prefix),))
    url = read(f"http://127.0.0.1:{world.s3.port}/files/a%20b/c.pdf{QUERY}")
    theirs, strangers = (world.bucket, "a b/c.pdf"), (None, "files/a b/c.pdf")
    assert bucket_registry.find_shared(url, scope) == (theirs if is_theirs else strangers)


def test_a_registered_endpoint_may_be_asked_but_a_private_address_takes_the_setting(
    world: World, site_settings: SiteSettings
) -> None:
    url = read(f"http://127.0.0.1:{world.s3.port}/files/a{QUERY}")
    site_settings.PROBE_ALLOWED_HOSTS = []
    assert may_probe(f"http://127.0.0.1:{world.s3.port}/files/a{QUERY}")
    with pytest.raises(Refused, match="endpoint-private") as caught:
        BucketRegistry.read().refuse_forbidden(url)
    assert caught.value.params["host"] == f"127.0.0.1:{world.s3.port}"
    site_settings.PROBE_ALLOWED_HOSTS = [f"127.0.0.1:{world.s3.port}"]
    BucketRegistry.read().refuse_forbidden(url)


def test_each_host_of_a_paste_is_resolved_once_and_all_of_them_not_for_ever(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int, *, seconds: float) -> None:
        asked.append(host)

    monkeypatch.setattr(bucket_registry, "refuse_forbidden", resolve)
    register = BucketRegistry.read()
    for number in [*range(5), *range(5)]:
        register.refuse_forbidden(read(f"http://store{number}.example/files/a{QUERY}"))
    assert len(asked) == 5
    monkeypatch.setattr(bucket_registry, "RESOLVE_SECONDS", 0.0)
    BucketRegistry.read().refuse_forbidden(read(f"http://store.example/files/a{QUERY}"))
    assert len(asked) == 5
