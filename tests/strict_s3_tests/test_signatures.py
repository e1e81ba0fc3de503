"""AWS's published examples (S3 API reference, "Authenticating Requests") pin the signatures."""

import pytest

from tests.strict_s3 import Request
from tests.strict_s3.signatures import Scope, Signing, legacy_signature, legacy_string_to_sign

KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
HOST = "examplebucket.s3.amazonaws.com"
STAMP = "20130524T000000Z"
SCOPE = Scope(KEY_ID, "20130524", "us-east-1", "s3")
NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_presigned_example_has_the_published_signature() -> None:
    target = (
        "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    )
    request = Request.parse("GET", target, [("Host", HOST)])
    signing = Signing(SCOPE, STAMP, ("host",), request.parameter("X-Amz-Signature") or "")
    assert signing.matches(request, SECRET)
    assert not signing.matches(request, SECRET + "x")


@pytest.mark.parametrize(
    ("target", "headers", "signature"),
    [
        ("/test.txt", {"Range": "bytes=0-9"}, "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        ("/?lifecycle", {}, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        ("/?max-keys=2&prefix=J", {}, "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ],
    ids=["get an object", "get a lifecycle", "list objects"],
)
def test_the_header_examples_have_the_published_signatures(
    target: str, headers: dict[str, str], signature: str
) -> None:
    sent = {"Host": HOST, **headers, "x-amz-content-sha256": NOTHING, "x-amz-date": STAMP}
    request = Request.parse("GET", target, sent.items())
    names = tuple(sorted(name.lower() for name in sent))
    assert Signing(SCOPE, STAMP, names, "", NOTHING).calculated(request, SECRET) == signature


def test_the_example_of_a_put_has_the_published_signature() -> None:
    payload_hash = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"
    sent = {
        "Date": "Fri, 24 May 2013 00:00:00 GMT",
        "Host": HOST,
        "x-amz-content-sha256": payload_hash,
        "x-amz-date": STAMP,
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
    }
    request = Request.parse("PUT", "/test%24file.text", sent.items(), body=b"Welcome to Amazon S3.")
    names = tuple(sorted(name.lower() for name in sent))
    signature = Signing(SCOPE, STAMP, names, "", payload_hash).calculated(request, SECRET)
    assert signature == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"


@pytest.mark.parametrize(
    ("resource", "date", "signature"),
    [
        ("/johnsmith/photos/puppy.jpg", "1175139620", "NpgCjnDzrM+WFzoENXmpNDUsSn8="),
        ("/johnsmith/photos/puppy.jpg", "Tue, 27 Mar 2007 19:36:42 +0000", "bWq2s1WEIj+Ydj0vQ697zp+IXMU="),
        (
            "/awsexamplebucket1/photos/puppy.jpg",
            "Tue, 27 Mar 2007 19:36:42 +0000",
            "qgk2+6Sv9/oM7G3qLEjTH1a1l1g=",
        ),
    ],
    ids=["query", "header", "header of the later edition"],
)
def test_the_sigv2_examples_have_the_published_signatures(resource: str, date: str, signature: str) -> None:
    request = Request.parse("GET", "/photos/puppy.jpg", [("Host", "johnsmith.s3.amazonaws.com")])
    assert legacy_signature(SECRET, legacy_string_to_sign(request, resource, date)) == signature


def test_the_sigv2_example_of_a_listing_signs_no_other_parameter() -> None:
    request = Request.parse("GET", "/?prefix=photos&max-keys=50&marker=puppy", [])
    to_sign = legacy_string_to_sign(request, "/johnsmith/", "Tue, 27 Mar 2007 19:42:41 +0000")
    assert legacy_signature(SECRET, to_sign) == "htDYFYduRNen8P9ZfE/s9SuKy0U="
