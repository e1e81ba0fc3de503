import pytest

from links.domain.stores.aws_hosts import find_bucket, has_bucket_in_path, is_aws_host

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
    assert has_bucket_in_path(hostname)
    assert find_bucket(hostname) == ""


@pytest.mark.parametrize("bucket", ["reports", "my.dotted.bucket", "s3", "old_name"])
@pytest.mark.parametrize("hostname", BARE)
def test_before_a_bare_endpoint_stands_the_bucket(hostname: str, bucket: str) -> None:
    assert is_aws_host(f"{bucket}.{hostname}")
    assert find_bucket(f"{bucket}.{hostname}") == bucket
    assert not has_bucket_in_path(f"{bucket}.{hostname}")


def test_a_directory_buckets_name_stands_before_its_zone() -> None:
    assert find_bucket("logs--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com") == "logs--use1-az4--x-s3"


@pytest.mark.parametrize("hostname", OPAQUE)
def test_an_access_point_and_its_like_are_s3_but_name_no_bucket(hostname: str) -> None:
    assert is_aws_host(hostname)
    assert find_bucket(hostname) == ""
    assert not has_bucket_in_path(hostname)


@pytest.mark.parametrize("hostname", STRANGE)
def test_a_customers_machine_below_amazonaws_is_no_host_of_s3(hostname: str) -> None:
    assert not is_aws_host(hostname)
    assert find_bucket(hostname) == ""
    assert not has_bucket_in_path(hostname)


def test_the_letter_case_of_a_host_does_not_matter() -> None:
    assert is_aws_host("Reports.S3.EU-West-1.AmazonAWS.com")
    assert find_bucket("Reports.S3.EU-West-1.AmazonAWS.com") == "reports"
