"""One URL signed, the gate included, against boto3's own. `pip install libpresign signurlarity` compares those, too.

python -m bench.signing
"""

import hashlib
import hmac
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from bench.rounds import compare, report
from links.s3.storage import IamUserS3Storage

UNITS = 2_000
SECONDS = 180
KEY_ID, SECRET, REGION, BUCKET = (
    "AKIAIOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "eu-central-1",
    "files",
)
ANSWER = {"ResponseContentDisposition": 'attachment; filename="report.pdf"'}


def name_key(unit: int) -> str:
    return f"customers/4711/report-{unit}.pdf"


def find_subjects() -> dict[str, Callable[[int], object]]:
    storage = IamUserS3Storage(access_key=KEY_ID, secret_key=SECRET, bucket_name=BUCKET, region_name=REGION)
    client = storage.client

    def sign_by_boto3(unit: int) -> str:
        wanted = {"Bucket": BUCKET, "Key": name_key(unit), **ANSWER}
        return client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=SECONDS)

    subjects: dict[str, Callable[[int], object]] = {
        "boto3, its client reused": sign_by_boto3,
        "IamUserS3Storage.url()": lambda unit: storage.url(name_key(unit), ANSWER, SECONDS),
        "a bare SHA-256 and HMAC of as much text": lambda unit: hmac.digest(
            SECRET.encode(), hashlib.sha256(name_key(unit).encode() * 20).digest(), "sha256"
        ),
    }
    if find_spec("libpresign"):
        get = import_module("libpresign").get
        subjects["libpresign (knows no answer's headers)"] = lambda unit: get(
            bucket=BUCKET,
            key=name_key(unit),
            access_key_id=KEY_ID,
            secret_access_key=SECRET,
            region=REGION,
            expires=SECONDS,
        )
    if find_spec("signurlarity"):
        other = import_module("signurlarity").Client(
            endpoint_url=f"https://s3.{REGION}.amazonaws.com", aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET
        )
        subjects["signurlarity"] = lambda unit: other.generate_presigned_url(
            "get_object", Params={"Bucket": BUCKET, "Key": name_key(unit)}, ExpiresIn=SECONDS
        )
    return subjects


if __name__ == "__main__":
    report("Sign one URL", "URL", compare(find_subjects(), UNITS))
