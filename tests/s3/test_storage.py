import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from botocore.config import Config
from django.core.exceptions import AppRegistryNotReady, ImproperlyConfigured
from django.core.files.base import ContentFile
from hypothesis import example, given

from demo.servers import RcloneS3
from links.domain.credentials import KeyPair
from links.domain.errors import GateRefused, KeyRefused, Refused
from links.domain.reasons import Reason
from links.domain.signed_urls.presigning import QUERY_NAMES, Presigner
from links.domain.signed_urls.reading import read
from links.s3.storage import IamUserS3Storage, StorageRefused
from tests.conftest import RCLONE_KEY_ID, RCLONE_SECRET
from tests.domain.signed_urls.test_gate import AWKWARD
from tests.s3.independent_sigv4 import presign, stamp_of

OPTIONS = {
    "access_key": "AKIAIOSFODNN7EXAMPLE",
    "secret_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "bucket_name": "files",
    "region_name": "eu-central-1",
}
ORIGIN = "https://files.s3.eu-central-1.amazonaws.com"

KEY_REASONS = {Reason.OBJECT_KEY_DOTS, Reason.OBJECT_KEY_EMPTY, Reason.OBJECT_KEY_MALFORMED, Reason.OBJECT_KEY_TOO_LONG}


@pytest.fixture(scope="module")
def storage() -> IamUserS3Storage:
    return IamUserS3Storage(**OPTIONS)


def test_a_file_name_that_s3_would_refuse_is_signed_as_it_takes_it(storage: IamUserS3Storage) -> None:
    url = storage.url("a.pdf", parameters={"ResponseContentDisposition": 'inline; filename="年報–2026.pdf"'})
    told = read(url).parameters["response-content-disposition"]
    assert told.isascii()
    assert told.startswith("inline; filename=")
    assert told.endswith("filename*=UTF-8''%E5%B9%B4%E5%A0%B1%E2%80%932026.pdf")


@given(key=AWKWARD)
@example(key=" ")
@example(key="a b+c%20\"'\n")
@example(key="//x")
@example(key="/x")
@example(key="a//b/")
@example(key="a\\..\\b")
@example(key="%2e%2e/x")
@example(key="e\u0301 é")
@example(key="🙂" * 256)
@example(key="x" * 1024)
def test_a_key_is_signed_raw_or_refused_before_it_is_signed(key: str, storage: IamUserS3Storage) -> None:
    try:
        url = storage.url(key, expire=60)
    except Refused as refused:
        assert refused.reason in KEY_REASONS  # noqa: PT017  either outcome is right
    else:
        assert read(url).path == f"/{key}"
        assert url == presign(
            origin=ORIGIN,
            path=f"/{key}",
            access_key_id=OPTIONS["access_key"],
            secret=OPTIONS["secret_key"],
            region="eu-central-1",
            stamp=stamp_of(url),
            seconds=60,
        )


def test_parameters_of_the_answer_are_signed_but_never_another_object(storage: IamUserS3Storage) -> None:
    url = storage.url("a", {"VersionId": "v1", "ResponseContentType": "text/plain", "Key": "b", "Bucket": "evil"})
    signed = read(url)
    assert (signed.host, signed.path, signed.version_id) == ("files.s3.eu-central-1.amazonaws.com", "/a", "v1")
    assert signed.parameters["response-content-type"] == "text/plain"
    assert signed.lifetime == 3600


def test_a_parameter_that_needs_a_header_is_refused_because_no_browser_would_send_it(storage: IamUserS3Storage) -> None:
    with pytest.raises(GateRefused):
        storage.url("a", {"RequestPayer": "requester"})


@pytest.mark.parametrize("seconds", [0, 604801, 3600.5, "abc"])
def test_a_lifetime_that_s3_would_not_take_is_refused(seconds: int, storage: IamUserS3Storage) -> None:
    with pytest.raises(GateRefused):
        storage.url("a", expire=seconds)


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE"])
def test_only_a_get_is_signed(method: str, storage: IamUserS3Storage) -> None:
    with pytest.raises(Refused, match="sign-method"):
        storage.url("a", http_method=method)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"expire": 604801}, "must be 1 to 604800 seconds, not 604801. Choose a shorter lifetime"),
        ({"expire": timedelta(days=1)}, "must be 1 to 604800 seconds"),
        ({"http_method": "PUT"}, "Only downloads (GET) are signed, not PUT."),
        ({"parameters": {"RequestPayer": "requester"}}, "was not given out. Check the storage's options"),
        ({"name": ""}, "The object key is missing."),
        ({"name": "a" * 1025}, "1024"),
    ],
)
def test_what_is_not_signed_is_refused_in_a_sentence(
    asked: dict[str, Any], told: str, storage: IamUserS3Storage
) -> None:
    with pytest.raises(Refused) as refused:
        storage.url(**{"name": "a", **asked})
    assert told in str(refused.value)
    assert str(refused.value).endswith(f" ({refused.value.code})")


def test_a_location_stands_before_the_raw_name() -> None:
    assert read(IamUserS3Storage(**OPTIONS, location="shared/").url("a//b")).path == "/shared/a//b"


def test_a_refusal_is_an_improper_configuration_in_words_without_the_secret() -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        IamUserS3Storage(**{**OPTIONS, "access_key": "ASIAIOSFODNN7EXAMPLE"})
    assert isinstance(refused.value, StorageRefused)
    assert isinstance(refused.value.reason, KeyRefused)
    assert "ASIA" in str(refused.value)
    assert OPTIONS["secret_key"] not in repr(refused.value) + str(refused.value)


def test_a_refusal_before_django_can_translate_names_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Models are imported, and their storages made, before there are translations."""

    def explain_too_early(_: object) -> str:
        raise AppRegistryNotReady

    monkeypatch.setattr("links.s3.storage.explain", explain_too_early)
    with pytest.raises(ImproperlyConfigured, match="region-missing"):
        IamUserS3Storage(**{**OPTIONS, "region_name": ""})


@pytest.mark.parametrize(
    "attributes",
    [
        {"security_token": "token"},
        {"querystring_auth": False},
        {"custom_domain": "cdn.example"},
        {"session_profile": "work"},
        {"config": Config(signature_version="s3")},
    ],
    ids=lambda attributes: next(iter(attributes)),
)
def test_class_attributes_of_a_subclass_are_judged_like_options(attributes: dict[str, object]) -> None:
    with pytest.raises(StorageRefused):
        type("Sloppy", (IamUserS3Storage,), attributes)(**OPTIONS)


def test_there_is_no_unsigned_connection(storage: IamUserS3Storage) -> None:
    with pytest.raises(StorageRefused):
        _ = storage.unsigned_connection


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured):
        IamUserS3Storage(**OPTIONS, acces_key="a slip")


def test_threads_share_one_client() -> None:
    storage = IamUserS3Storage(**OPTIONS)
    barrier = threading.Barrier(8)

    def use(_: int) -> tuple[int, str]:
        barrier.wait()
        return id(storage.client), read(storage.url("a")).access_key_id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(use, range(8)))) == 1


def test_many_storages_can_be_made_at_the_same_time() -> None:
    def sign(number: int) -> str:
        return read(IamUserS3Storage(**{**OPTIONS, "bucket_name": f"files-{number}"}).url("a")).host

    with ThreadPoolExecutor(8) as pool:
        hosts = list(pool.map(sign, range(16)))
    assert hosts == [f"files-{number}.s3.eu-central-1.amazonaws.com" for number in range(16)]


def test_a_storage_survives_pickling(storage: IamUserS3Storage) -> None:
    storage.url("a")
    assert read(pickle.loads(pickle.dumps(storage)).url("a")).path == "/a"


def test_files_are_kept_and_read_as_by_any_storage(rclone_s3: RcloneS3) -> None:
    (rclone_s3.data_dir / "storage").mkdir()
    storage = IamUserS3Storage(
        access_key=RCLONE_KEY_ID, secret_key=RCLONE_SECRET, bucket_name="storage", endpoint_url=rclone_s3.url
    )
    assert storage.save("new/é ü.txt", ContentFile(b"content")) == "new/é ü.txt"
    assert storage.exists("new/é ü.txt")
    assert storage.size("new/é ü.txt") == 7
    with storage.open("new/é ü.txt") as file:
        assert file.read() == b"content"
    assert storage.listdir("new") == ([], ["é ü.txt"])
    storage.delete("new/é ü.txt")
    assert not storage.exists("new/é ü.txt")


STORES: list[dict[str, object]] = [
    {},
    {"region_name": "us-east-1"},
    {"region_name": "cn-north-1"},
    {"region_name": "us-gov-west-1"},
    {"bucket_name": "With.Dots"},
    {"region_name": "", "endpoint_url": "http://127.0.0.1:9000"},
    {"region_name": "", "endpoint_url": "https://store.example.com:8443/base"},
    {"region_name": "auto", "endpoint_url": "https://store.example.com", "addressing_style": "virtual"},
    {"location": "folder/sub"},
]
PARTS = [
    "a",
    "B",
    "0",
    " ",
    "+",
    "%",
    "~",
    "&",
    "=",
    "?",
    "#",
    ";",
    ":",
    "'",
    '"',
    "\\",
    "\n",
    "é",
    "e\u0301",
    "報",
    "🙂",
    "//",
]
TEXTS = [
    "v1",
    "a/b",
    "attachment; filename=\"a b.pdf\"; filename*=UTF-8''%C3%A9",
    "text/plain; charset=utf-8",
    "+ %20&=~",
]


@pytest.mark.slow
def test_ten_thousand_urls_are_byte_for_byte_those_of_boto3() -> None:
    chance = Random(12)
    storages = [IamUserS3Storage(**{**OPTIONS, **store}) for store in STORES]
    for _ in range(100):
        instant = datetime.fromtimestamp(chance.randrange(1_500_000_000, 4_000_000_000), UTC)
        with time_machine.travel(instant, tick=False):
            for _url in range(100):
                storage = chance.choice(storages)
                key = "".join(chance.choices(PARTS, k=chance.randint(1, 40)))
                names = chance.sample(sorted(QUERY_NAMES), chance.randint(0, 3))
                parameters = {name: chance.choice(TEXTS) for name in names}
                seconds = chance.choice([1, 180, 3600, 604800])
                wanted = {**parameters, "Bucket": storage.place.bucket, "Key": f"{storage.location}/{key}".lstrip("/")}
                if not storage.location:
                    wanted["Key"] = key
                boto3s = storage.client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=seconds)
                assert storage.url(key, parameters, seconds) == boto3s


def test_our_own_presigner_signs_where_it_writes_what_boto3_writes(
    storage: IamUserS3Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    storage.url("a")
    monkeypatch.setattr(storage.client, "generate_presigned_url", lambda name, **_: asked.append(name))
    assert read(storage.url("a", {"VersionId": "v1"})).version_id == "v1"
    assert asked == []


@pytest.mark.parametrize("store", STORES)
def test_it_is_the_presigner_that_signs_for_every_kind_of_store(store: dict[str, object]) -> None:
    assert IamUserS3Storage(**{**OPTIONS, **store})._writes_as_boto3


def test_boto3_signs_where_the_presigner_would_write_something_else(storage: IamUserS3Storage) -> None:
    """As it would where a release of botocore, or a handler of its events, changed what is written."""
    other = IamUserS3Storage(**OPTIONS)
    other._presigner = Presigner(ORIGIN, "eu-west-1", KeyPair("AKIAIOSFODNN7EXAMPLE", "another"))
    url = other.url("a", expire=60)
    assert read(url).region == "eu-central-1"
    assert url == presign(
        origin=ORIGIN,
        path="/a",
        access_key_id=str(OPTIONS["access_key"]),
        secret=str(OPTIONS["secret_key"]),
        region="eu-central-1",
        stamp=stamp_of(url),
        seconds=60,
    )


@pytest.mark.parametrize("parameters", [{"VersionId": ""}, {"ResponseExpires": datetime(2026, 3, 1, tzinfo=UTC)}])
def test_boto3_signs_what_the_presigner_does_not_know(parameters: dict[str, object], storage: IamUserS3Storage) -> None:
    wanted = {**parameters, "Bucket": "files", "Key": "a"}
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC), tick=False):
        boto3s = storage.client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=60)
        assert storage.url("a", parameters, 60) == boto3s


def test_a_pickled_storage_holds_no_signing_key_and_signs_as_before(storage: IamUserS3Storage) -> None:
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC), tick=False):
        url = storage.url("a", expire=60)
        copy = pickle.loads(pickle.dumps(storage))
        assert "_presigner" not in storage.__getstate__()
        assert copy.url("a", expire=60) == url
