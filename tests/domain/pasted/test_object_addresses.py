import pytest

from links.domain.errors import Unreadable
from links.domain.pasted.object_addresses import ObjectAddress, is_address, read_address

KEY = "reports/2026/年次 report+final.pdf"
CONSOLE = "https://eu-central-1.console.aws.amazon.com/s3"


@pytest.mark.parametrize(
    ("text", "bucket", "key"),
    [
        (f"s3://files/{KEY}", "files", KEY),
        ("  s3://files/a//b\n", "files", "a//b"),
        ("S3://files//a", "files", "/a"),
        ("s3a://files/a%20b", "files", "a%20b"),
        ("s3://files", "files", ""),
        ("s3://files/reports/", "files", "reports/"),
        (f"arn:aws:s3:::files/{KEY}", "files", KEY),
        ("arn:aws-cn:s3:::files/a", "files", "a"),
        ("arn:aws-us-gov:s3:::files", "files", ""),
        (f"{CONSOLE}/object/files?region=eu-central-1&prefix=a%2Fb%20c%2Bd.pdf", "files", "a/b c+d.pdf"),
        (f"{CONSOLE}/object/files?prefix=a/b+c.pdf&bucketType=general", "files", "a/b c.pdf"),
        ("https://s3.console.aws.amazon.com/s3/buckets/files?prefix=reports/&showversions=false", "files", "reports/"),
        ("https://s3.console.aws.amazon.com/s3/object/files/a%2520b", "files", "a%20b"),
        ("https://console.amazonaws.cn/s3/object/files?prefix=a", "files", "a"),
        ("https://console.amazonaws-us-gov.com/s3/buckets/files", "files", ""),
    ],
)
def test_what_people_paste_names_a_bucket_and_a_key(text: str, bucket: str, key: str) -> None:
    assert read_address(text) == ObjectAddress(bucket, key)
    assert is_address(text)


@pytest.mark.parametrize("key", ["", "reports/"])
def test_a_folder_is_told_from_a_file(key: str) -> None:
    assert ObjectAddress("files", key).is_folder
    assert not ObjectAddress("files", "reports/a").is_folder


@pytest.mark.parametrize("text", ["https://files.s3.amazonaws.com/a", "http://127.0.0.1:9000/files/a"])
def test_of_any_other_url_the_host_alone_can_tell(text: str) -> None:
    assert read_address(text) is None


@pytest.mark.parametrize(
    "text", ["s3://", "arn:aws:iam::1:user/x", "https://[", "https://s3.console.aws.amazon.com/iam/home", "ftp://x/y"]
)
def test_what_names_no_object_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="object-address-unreadable"):
        read_address(text)


@pytest.mark.parametrize("text", ["reports/a.pdf", "arnold.pdf", "s3/a", ""])
def test_a_key_is_no_address(text: str) -> None:
    assert not is_address(text)
