"""URLs as somebody without Holdfast signs them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import quote

import botocore.auth
import botocore.awsrequest
import botocore.credentials

from demo import samples

REGION = "us-east-1"
WEEK = timedelta(days=7)


def sign_by_a_role(store_url: str, object_key: str, secrets: Mapping[str, str]) -> str:
    """With temporary credentials, which the demo's state names DEMO_S3_TEMPORARY_..."""
    key_id, secret = (secrets[f"DEMO_S3_TEMPORARY_{name}"] for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"))
    return sign(store_url, object_key, key_id, secret, token="the-demo-s-session-token")  # noqa: S106  it opens nothing


def sign(store_url: str, object_key: str, key_id: str, secret: str, token: str | None = None) -> str:
    request = botocore.awsrequest.AWSRequest("GET", f"{store_url}/{samples.BUCKET}/{quote(object_key)}")
    credentials = botocore.credentials.Credentials(key_id, secret, token)
    seconds = int(WEEK.total_seconds())
    botocore.auth.S3SigV4QueryAuth(credentials, "s3", REGION, expires=seconds).add_auth(request)
    return str(request.url)
