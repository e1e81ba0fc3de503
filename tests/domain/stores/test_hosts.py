import pytest

from links.domain.stores.hosts import (
    Cloud,
    Endpoint,
    find_unknown_place,
    is_aws_host,
    is_internal,
    is_region,
    read_host,
)

BARE = [
    "s3.amazonaws.com",
    "s3.us-east-1.amazonaws.com",
    "s3-eu-west-1.amazonaws.com",
    "s3-us-gov-west-1.amazonaws.com",
    "s3-external-1.amazonaws.com",
    "s3.dualstack.ap-northeast-1.amazonaws.com",
    "s3-fips.us-east-1.amazonaws.com",
    "s3-fips.dualstack.us-gov-east-1.amazonaws.com",
    "s3-fips-us-gov-west-1.amazonaws.com",
    "s3-accelerate.amazonaws.com",
    "s3-accelerate.dualstack.amazonaws.com",
    "s3.cn-north-1.amazonaws.com.cn",
    "s3.dualstack.cn-northwest-1.amazonaws.com.cn",
    "s3.eusc-de-east-1.amazonaws.eu",
    "bucket.vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com",
]
OPAQUE = [
    "reports-123456789012.s3-accesspoint.eu-west-1.amazonaws.com",
    "reports-123456789012.s3-accesspoint-fips.dualstack.us-east-1.amazonaws.com",
    "reports-123456789012.s3-object-lambda.eu-west-1.amazonaws.com",
    "reports-123456789012.op-01ac5d28a6a232904.s3-outposts.eu-west-1.amazonaws.com",
    "mfzwi23gnjvgw.accesspoint.s3-global.amazonaws.com",
    "reports.s3-website-eu-west-1.amazonaws.com",
    "reports.s3-website.eu-central-1.amazonaws.com",
    "reports-123456789012.accesspoint.vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com",
]
STRANGE = [
    "",
    "amazonaws.com",
    "s3.amazonaws.com.evil.example",
    "evil-s3.amazonaws.com",
    "s3xamazonaws.com",
    "evil.example/.s3.amazonaws.com",
    "ec2-203-0-113-25.eu-west-1.compute.amazonaws.com",
    "internal-s3-1234.eu-west-1.elb.amazonaws.com",
    "s3-1234567.eu-west-1.elb.amazonaws.com",
    "abc.execute-api.eu-west-1.amazonaws.com",
    "sts.eu-west-1.amazonaws.com",
    "d111111abcdef8.cloudfront.net",
]


@pytest.mark.parametrize("hostname", BARE)
def test_below_a_bare_endpoint_the_path_begins_with_the_bucket(hostname: str) -> None:
    assert is_aws_host(hostname)
    assert read_host(hostname).has_bucket_in_path
    assert read_host(hostname).bucket == ""


@pytest.mark.parametrize("bucket", ["reports", "my.dotted.bucket", "s3", "old_name"])
@pytest.mark.parametrize("hostname", BARE)
def test_before_a_bare_endpoint_stands_the_bucket(hostname: str, bucket: str) -> None:
    assert is_aws_host(f"{bucket}.{hostname}")
    assert read_host(f"{bucket}.{hostname}").bucket == bucket
    assert not read_host(f"{bucket}.{hostname}").has_bucket_in_path


def test_a_directory_buckets_name_stands_before_its_zone() -> None:
    assert read_host("logs--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com").bucket == "logs--use1-az4--x-s3"


@pytest.mark.parametrize("hostname", OPAQUE)
def test_an_access_point_and_its_like_are_s3_but_name_no_bucket(hostname: str) -> None:
    assert is_aws_host(hostname)
    assert read_host(hostname).bucket == ""
    assert not read_host(hostname).has_bucket_in_path


@pytest.mark.parametrize("hostname", STRANGE)
def test_a_customers_machine_below_amazonaws_is_no_host_of_s3(hostname: str) -> None:
    assert not is_aws_host(hostname)
    assert read_host(hostname).bucket == ""
    assert not read_host(hostname).has_bucket_in_path


def test_the_letter_case_of_a_host_does_not_matter() -> None:
    assert is_aws_host("Reports.S3.EU-West-1.AmazonAWS.com")
    assert read_host("Reports.S3.EU-West-1.AmazonAWS.com").bucket == "reports"


@pytest.mark.parametrize(
    ("hostname", "endpoint", "region", "service"),
    [
        ("s3.amazonaws.com", Endpoint.GLOBAL, "", "s3"),
        ("a.b.s3.amazonaws.com", Endpoint.GLOBAL, "", "s3"),
        ("s3-external-1.amazonaws.com", Endpoint.PLAIN, "us-east-1", "s3"),
        ("reports.s3-eu-west-1.amazonaws.com", Endpoint.PLAIN, "eu-west-1", "s3"),
        ("S3-FIPS.dualstack.US-gov-east-1.amazonaws.com", Endpoint.PLAIN, "us-gov-east-1", "s3"),
        ("reports.s3.cn-north-1.amazonaws.com.cn", Endpoint.PLAIN, "cn-north-1", "s3"),
        ("s3.eusc-de-east-1.amazonaws.eu", Endpoint.PLAIN, "eusc-de-east-1", "s3"),
        ("reports.s3.xx-north-9.amazonaws.com", Endpoint.PLAIN, "xx-north-9", "s3"),
        ("reports.s3-accelerate.dualstack.amazonaws.com", Endpoint.ACCELERATE, "", "s3"),
        ("r-1.s3-accesspoint.eu-west-1.amazonaws.com", Endpoint.ACCESS_POINT, "eu-west-1", "s3"),
        ("r-1.s3-object-lambda.eu-west-1.amazonaws.com", Endpoint.OBJECT_LAMBDA, "eu-west-1", "s3-object-lambda"),
        ("r-1.op-1.s3-outposts.eu-west-1.amazonaws.com", Endpoint.OUTPOSTS, "eu-west-1", "s3-outposts"),
        ("m.mrap.accesspoint.s3-global.amazonaws.com", Endpoint.MULTI_REGION, "", "s3"),
        ("a--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com", Endpoint.DIRECTORY, "us-east-1", "s3express"),
        ("reports.s3-website-eu-west-1.amazonaws.com", Endpoint.WEBSITE, "eu-west-1", ""),
        ("a.bucket.vpce-1a-5e.s3.us-east-1.vpce.amazonaws.com", Endpoint.VPC, "us-east-1", "s3"),
        ("r-1.accesspoint.vpce-1a-5e.s3.us-east-1.vpce.amazonaws.com", Endpoint.VPC, "us-east-1", "s3"),
    ],
)
def test_aws_hosts_tell_kind_region_and_service(hostname: str, endpoint: Endpoint, region: str, service: str) -> None:
    host = read_host(hostname)
    assert (host.cloud, host.endpoint, host.region, host.service) == (Cloud.AWS, endpoint, region, service)


@pytest.mark.parametrize(
    ("hostname", "cloud", "region", "bucket"),
    [
        ("0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com", Cloud.CLOUDFLARE, "", ""),
        ("files.0123456789abcdef0123456789abcdef.eu.r2.cloudflarestorage.com", Cloud.CLOUDFLARE, "", "files"),
        ("files.s3.us-west-004.backblazeb2.com", Cloud.BACKBLAZE, "us-west-004", "files"),
        ("s3.eu-central-1.wasabisys.com", Cloud.WASABI, "eu-central-1", ""),
        ("files.s3.wasabisys.com", Cloud.WASABI, "", "files"),
        ("my.files.fra1.digitaloceanspaces.com", Cloud.DIGITALOCEAN, "fra1", "my.files"),
        ("storage.googleapis.com", Cloud.GOOGLE, "", ""),
        ("cdn.example.com", Cloud.OTHER, "", ""),
        ("a" * 300 + ".s3.amazonaws.com", Cloud.OTHER, "", ""),
        ("files.s3.fr-par.scw.cloud", Cloud.SCALEWAY, "fr-par", "files"),
        ("s3.gra.io.cloud.ovh.net", Cloud.OVH, "gra", ""),
        ("files.s3.rbx-archive.io.cloud.ovh.net", Cloud.OVH, "rbx-archive", "files"),
        ("s3.bhs.cloud.ovh.net", Cloud.OVH, "bhs", ""),
        ("files.oss-cn-beijing.aliyuncs.com", Cloud.ALIBABA, "cn-beijing", "files"),
        ("files.oss-cn-beijing-internal.aliyuncs.com", Cloud.ALIBABA, "cn-beijing", "files"),
        ("s3.oss-eu-central-1.aliyuncs.com", Cloud.ALIBABA, "eu-central-1", ""),
        ("files.oss-accelerate.aliyuncs.com", Cloud.OTHER, "", ""),
    ],
)
def test_hosts_of_other_clouds_tell_region_and_bucket(hostname: str, cloud: Cloud, region: str, bucket: str) -> None:
    host = read_host(hostname)
    assert (host.cloud, host.region, host.bucket) == (cloud, region, bucket)
    assert host.service == ("" if cloud in (Cloud.GOOGLE, Cloud.ALIBABA, Cloud.OTHER) else "s3")


@pytest.mark.parametrize(
    ("hostname", "place"),
    [
        ("files.s3.undefined.amazonaws.com", "undefined"),
        ("s3.sbg.amazonaws.com", "sbg"),
        ("s3-eu_west_1.amazonaws.com", "eu_west_1"),
        *((known, "") for known in (*BARE, *OPAQUE)),
        ("files.s3.mars-north-1.amazonaws.com", ""),  # which nobody has heard of yet
        ("s3.us-east-1.api.example.com", ""),
    ],
)
def test_a_place_that_no_host_of_s3_has_is_told(hostname: str, place: str) -> None:
    assert find_unknown_place(hostname) == place


def test_a_region_is_known_by_its_shape() -> None:
    assert all(map(is_region, ("eu-west-1", "us-gov-east-1", "us-isob-east-1", "xx-north-9")))
    assert not any(map(is_region, ("", "undefined", "auto", "eu-west1", "aws-global", "EU", "eu-west-")))


@pytest.mark.parametrize(
    "hostname",
    [
        *("minio", "localhost", "storage.local", "s3.internal", "ceph.corp", "nas.lan", "minio.storage.svc"),
        *("minio.storage.svc.cluster.local", "host.docker.internal", "printer.home.arpa", "10.1.2.3", "[::1]"),
        *("files.lvh.me", "localtest.me", "s3.10.0.0.5.nip.io", "minio-192-168-1-9.sslip.io"),
        *("files.s3.localhost.localstack.cloud", "files.oss-cn-hangzhou-internal.aliyuncs.com"),
        "acc.privatelink.blob.core.windows.net",
        "files.s3.private.eu-de.cloud-object-storage.appdomain.cloud",
        *("192.168.0.9", "127.0.0.1", "fd12::1", "MINIO.", "a.bucket.vpce-1a.s3.eu-west-1.vpce.amazonaws.com"),
    ],
)
def test_hosts_inside_a_network_are_told_by_name_or_address(hostname: str) -> None:
    assert is_internal(hostname)


@pytest.mark.parametrize(
    "hostname",
    [
        "8.8.8.8.nip.io",
        "minio.example.com",
        "files.s3.amazonaws.com",
        "8.8.8.8",
        "[2606:4700::1111]",
        "local.example",
        "s3.dev",
    ],
)
def test_other_hosts_are_not_called_internal(hostname: str) -> None:
    assert not is_internal(hostname)
