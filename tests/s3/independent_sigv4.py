"""Signature Version 4 for a presigned GET, written from AWS's document and from nothing of the product or of boto3.

Source: S3 API reference, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)".
"""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qs, quote, urlsplit


def presign(
    *,
    origin: str,
    path: str,
    access_key_id: str,
    secret: str,
    region: str,
    stamp: str,
    seconds: int,
    parameters: Mapping[str, str] | None = None,
) -> str:
    """`origin` is scheme://host[:port], `path` the decoded path, `stamp` the moment as `20260101T000000Z`."""
    scope = f"{stamp[:8]}/{region}/s3/aws4_request"
    query = {
        **(parameters or {}),
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{access_key_id}/{scope}",
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": "host",
    }
    pairs = {quote(name, safe="-_.~"): quote(value, safe="-_.~") for name, value in query.items()}
    raw_path = quote(path, safe="/-_.~")
    host = urlsplit(origin).netloc
    canonical_query = "&".join(f"{name}={pairs[name]}" for name in sorted(pairs))
    canonical = f"GET\n{raw_path}\n{canonical_query}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD"
    to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{secret}".encode()
    for part in (*scope.split("/"), to_sign):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    written = "&".join(f"{name}={value}" for name, value in pairs.items())
    return f"{origin}{raw_path}?{written}&X-Amz-Signature={key.hex()}"


def stamp_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["X-Amz-Date"][0]
