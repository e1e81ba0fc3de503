import pytest

from links.domain.buckets.endpoints import Addressing, SigningBucket, locate, normalize_endpoint
from links.domain.credentials import KeyPair
from links.domain.errors import Refused


@pytest.mark.parametrize(
    ("bucket", "region", "endpoint", "addressing", "url"),
    [
        ("files", "eu-central-1", "", "auto", "https://files.s3.eu-central-1.amazonaws.com/k"),
        ("files", "cn-north-1", "", "auto", "https://files.s3.cn-north-1.amazonaws.com.cn/k"),
        ("files", "eu-central-1", "", "path", "https://s3.eu-central-1.amazonaws.com/files/k"),
        ("my.files", "eu-central-1", "", "virtual", "https://s3.eu-central-1.amazonaws.com/my.files/k"),
        ("Files_1", "us-east-1", "", "auto", "https://s3.us-east-1.amazonaws.com/Files_1/k"),
        ("files", "", "http://127.0.0.1:9000", "auto", "http://127.0.0.1:9000/files/k"),
        ("files", "", "http://127.0.0.1:9000", "virtual", "http://127.0.0.1:9000/files/k"),
        ("files", "", "http://[::1]:9000/", "virtual", "http://[::1]:9000/files/k"),
        ("files", "", "HTTPS://Store.Example:443/", "virtual", "https://files.store.example/k"),
        ("files", "", "https://store.example/storage/v1/s3", "auto", "https://store.example/storage/v1/s3/files/k"),
        ("files", "", "https://store.example/base", "virtual", "https://files.store.example/base/k"),
    ],
)
def test_a_bucket_has_one_address(bucket: str, region: str, endpoint: str, addressing: str, url: str) -> None:
    place = locate(bucket, region, endpoint, addressing)
    assert f"{place.scheme}://{place.host}{place.path_of('k')}" == url


def test_a_custom_store_has_a_region_all_the_same() -> None:
    assert locate("files", "", "http://store.example").region == "us-east-1"
    assert locate("files", "garage", "http://store.example").region == "garage"


def test_an_endpoint_that_names_its_region_decides_it() -> None:
    assert locate("files", "", "https://s3.eu-central-1.amazonaws.com").region == "eu-central-1"
    assert locate("files", "", "https://s3.us-west-004.backblazeb2.com").region == "us-west-004"
    assert locate("files", "", "https://s3.nl-ams.scw.cloud").region == "nl-ams"
    assert locate("files", "SBG", "https://s3.sbg.cloud.ovh.net").region == "SBG"
    assert locate("files", "us-east-1", "https://s3.eu-central-1.wasabisys.com").region == "us-east-1"


R2 = "https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com"


@pytest.mark.parametrize(
    ("endpoint", "instead"),
    [
        ("https://files.s3.amazonaws.com", "https://s3.amazonaws.com"),
        ("https://files.s3.eu-central-1.amazonaws.com", "https://s3.eu-central-1.amazonaws.com"),
        ("https://other.s3-accelerate.amazonaws.com", "https://s3-accelerate.amazonaws.com"),
        (f"{R2}/files", R2),
    ],
)
def test_an_endpoint_with_the_bucket_in_it_is_refused_with_what_to_write(endpoint: str, instead: str) -> None:
    with pytest.raises(Refused) as refused:
        locate("files", "eu-central-1", endpoint)
    assert (refused.value.code, refused.value.params["instead"]) == ("endpoint-names-bucket", instead)


def test_an_endpoint_whose_name_only_resembles_a_bucket_is_taken() -> None:
    assert locate("files", "auto", R2).endpoint == R2
    assert locate("files", "auto", f"{R2}/other").endpoint == f"{R2}/other"
    assert locate("files", "", "https://files.store.example/files").endpoint == "https://files.store.example/files"


@pytest.mark.parametrize(
    ("region", "endpoint", "expected"),
    [
        ("us-east-1", "https://s3.eu-central-1.amazonaws.com", "eu-central-1"),
        ("eu-west-1", "https://s3-us-west-2.amazonaws.com", "us-west-2"),
        ("af-south-1", "https://s3.amazonaws.com", ""),
        ("us-east-1", "https://s3.fr-par.scw.cloud", "fr-par"),
        ("us-east-1", "https://s3.gra.io.cloud.ovh.net", "gra"),
    ],
)
def test_a_region_that_is_not_the_endpoints_is_refused(region: str, endpoint: str, expected: str) -> None:
    with pytest.raises(Refused) as refused:
        locate("files", region, endpoint)
    assert (refused.value.code, refused.value.params["expected"]) == ("region-not-of-endpoint", expected)


@pytest.mark.parametrize(
    ("bucket", "region", "endpoint", "addressing", "code"),
    [
        ("files", "", "", "auto", "region-missing"),
        ("files", "", "https://s3.amazonaws.com", "auto", "region-missing"),
        ("files", "eu-central-1.evil.example/", "", "auto", "region-malformed"),
        ("files/evil", "eu-central-1", "", "auto", "bucket-name-malformed"),
        ("", "eu-central-1", "", "auto", "bucket-name-malformed"),
        ("..", "eu-central-1", "", "auto", "bucket-name-malformed"),
        ("arn:aws:s3:eu-central-1:123456789012:accesspoint/a", "eu-central-1", "", "auto", "bucket-name-malformed"),
        ("files", "eu-central-1", "", "sideways", "addressing-unknown"),
    ],
)
def test_what_has_no_address_is_refused(bucket: str, region: str, endpoint: str, addressing: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        locate(bucket, region, endpoint, addressing)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "endpoint",
    [
        "store.example",
        "ftp://store.example",
        "http://user:secret@store.example",
        "http://store.example?x=1",
        "http://store.example#x",
        "http://store.example:99999",
        "http://store.example/a b",
        "http://",
        "http://[::1",
        "http://ｓtore.example",
    ],
)
def test_an_endpoint_that_is_none_is_refused(endpoint: str) -> None:
    with pytest.raises(Refused) as refused:
        normalize_endpoint(endpoint)
    assert refused.value.code == "endpoint-malformed"


def test_a_store_never_shows_its_secret() -> None:
    store = SigningBucket("files", "AKIAIOSFODNN7EXAMPLE", "the-secret", addressing=Addressing.PATH)
    assert "the-secret" not in repr(store) + repr(KeyPair(store.access_key_id, store.secret))


@pytest.mark.parametrize("endpoint", ["http://169.254.169.254", "http://[fe80::1]:9000", "https://[fd00:ec2::254]"])
def test_a_metadata_service_is_no_store(endpoint: str) -> None:
    with pytest.raises(Refused) as refused:
        normalize_endpoint(endpoint)
    assert refused.value.code == "endpoint-forbidden"


def test_a_store_on_this_machine_is_one() -> None:
    assert normalize_endpoint("http://127.0.0.1:9000") == "http://127.0.0.1:9000"


@pytest.mark.parametrize(
    ("endpoint", "region", "suffix"),
    [
        ("https://s3.dualstack.cn-northwest-1.amazonaws.com", "cn-northwest-1", "amazonaws.com.cn"),
        ("https://s3.eu-west-1.amazonaws.com.cn", "eu-west-1", "amazonaws.com"),
        ("https://s3.eusc-de-east-1.amazonaws.com", "", "amazonaws.eu"),
    ],
)
def test_an_endpoint_that_ends_as_another_partitions_is_refused(endpoint: str, region: str, suffix: str) -> None:
    with pytest.raises(Refused) as refused:
        locate("files", region, endpoint)
    assert (refused.value.code, refused.value.params["suffix"]) == ("region-not-of-endpoint", suffix)
