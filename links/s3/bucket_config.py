"""A bucket's own configuration, as far as its key may read it.

What may not be read, or comes in another shape, is None: "not checked". Stores answer what they do not know with
200 and some other document.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from links.domain.buckets.endpoints import SigningBucket
from links.domain.errors import Unavailable
from links.domain.policies.lifecycles import read_rules
from links.domain.policies.statements import read_policy
from links.domain.reasons import Reason
from links.s3.boto_errors import ask
from links.s3.signer import storage_of


@dataclass(frozen=True, slots=True)
class Configuration:
    """Documents to be kept as they are: lifecycle rules as JSON, the policy as its text ("" where there is none)."""

    lifecycle: str | None = None
    policy: str | None = None
    versioned: bool | None = None


def read_configuration(bucket: SigningBucket) -> Configuration:
    """Ask for lifecycle rules, policy and versioning. Nothing is raised for an answer.

    Raises what `storage_of` raises; `Refused` where this server may not ask the store; `Unavailable`: store-unanswered,
    and asks no more of a store that says nothing.
    """
    client, name = storage_of(bucket).client, bucket.name
    return Configuration(
        _read(
            lambda: client.get_bucket_lifecycle_configuration(Bucket=name),
            _take_lifecycle,
            ("NoSuchLifecycleConfiguration", '{"Rules": []}'),
        ),
        _read(lambda: client.get_bucket_policy(Bucket=name), _take_policy, ("NoSuchBucketPolicy", "")),
        _read(lambda: client.get_bucket_versioning(Bucket=name), _take_versioning),
    )


Taken = TypeVar("Taken")


def _read(
    question: Callable[[], Mapping[str, Any]],
    take: Callable[[Mapping[str, Any]], Taken | None],
    absent: tuple[str, Taken] | None = None,
) -> Taken | None:
    """What `take` reads from the answer; `absent` is the store's code for "there is none", and what that means."""
    try:
        return ask(lambda: take(question()))
    except ClientError as refusal:
        code = refusal.response.get("Error", {}).get("Code", "")
        return absent[1] if absent and code == absent[0] else None
    except Unavailable as failure:
        if failure.reason is Reason.STORE_UNANSWERED:
            raise
        return None


def _take_lifecycle(answer: Mapping[str, Any]) -> str | None:
    document = {"Rules": answer.get("Rules")}
    return None if read_rules(document) is None else json.dumps(document, default=str)


def _take_policy(answer: Mapping[str, Any]) -> str | None:
    policy = answer.get("Policy")
    return policy if isinstance(policy, str) and read_policy(policy) is not None else None


def _take_versioning(answer: Mapping[str, Any]) -> bool | None:
    """AWS names no status for a bucket that never had versions; a suspended one still keeps the old ones."""
    status = answer.get("Status")
    return status == "Enabled" if status in (None, "Enabled", "Suspended") else None
