"""What AWS says of a denial when it says more than "Access Denied": which action, for whom, and by which policy.

Sources: IAM user guide, "Troubleshoot access denied error messages"; docs/store-answers.md, section 1.4.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class PolicyKind(StrEnum):
    RESOURCE = "resource-based"
    IDENTITY = "identity-based"
    SERVICE_CONTROL = "service-control"
    RESOURCE_CONTROL = "resource-control"
    BOUNDARY = "permissions-boundary"
    SESSION = "session"
    VPC_ENDPOINT = "vpc-endpoint"
    BLOCK_PUBLIC_ACCESS = "block-public-access"


_KINDS = (
    ("resource-based polic", PolicyKind.RESOURCE),
    ("identity-based polic", PolicyKind.IDENTITY),
    ("service control polic", PolicyKind.SERVICE_CONTROL),
    ("resource control polic", PolicyKind.RESOURCE_CONTROL),
    ("permissions boundar", PolicyKind.BOUNDARY),
    ("session polic", PolicyKind.SESSION),
    ("vpc endpoint polic", PolicyKind.VPC_ENDPOINT),
    ("block public access", PolicyKind.BLOCK_PUBLIC_ACCESS),
    ("blockpublic", PolicyKind.BLOCK_PUBLIC_ACCESS),
)
_ACTION = re.compile(r"is not authori[sz]ed to perform:? ([a-z0-9-]+:[a-z0-9*]+)", re.IGNORECASE)
_EXPLICIT = re.compile(r"\bexplicit deny\b", re.IGNORECASE)
_REASON = re.compile(r"(?:with an explicit deny in|because)\b(.{0,160})", re.IGNORECASE | re.DOTALL)
_ANONYMOUS = re.compile(r"user: anonymous\b|\banonymous (?:caller|user|access|request)", re.IGNORECASE)
_NOT_PUBLIC = re.compile(r"\bpublic (?:use|access|read)\b.{0,40}\bnot (?:allowed|permitted|enabled)\b", re.IGNORECASE)
_LISTING = frozenset({"listbucket", "listobjects", "listobjectsv2"})
_READING = frozenset({"getobject", "getobjectversion", "getobjectattributes", "createsession"})


@dataclass(frozen=True, slots=True)
class SpokenDenial:
    """`action` is the permission that was missing (`s3:GetObject`), `policy` the kind of policy that decided, and
    `is_explicit` that it has a Deny, rather than no Allow. `is_anonymous` is that the store saw nobody's signature;
    `is_of_account` that the account lets nothing be public."""

    action: str = ""
    policy: PolicyKind | None = None
    is_explicit: bool = False
    is_anonymous: bool = False
    is_of_account: bool = False

    @property
    def verb(self) -> str:
        return self.action.partition(":")[2].lower()

    @property
    def is_of_a_listing(self) -> bool:
        """A permission to list, which S3 asks for before it says that an object is not there."""
        return self.verb in _LISTING

    @property
    def is_of_a_version(self) -> bool:
        return self.verb == "listbucketversions"

    @property
    def is_of_another_request(self) -> bool:
        """Of what no download asks for: the store was not asked what was sent."""
        is_reading = self.verb in _READING or self.is_of_a_listing or self.is_of_a_version
        return self.action.lower().startswith("s3:") and not is_reading


def read_denial(message: str) -> SpokenDenial:
    """Nothing is set where nothing was said."""
    action, reason = _ACTION.search(message), _REASON.search(message)
    said = reason[1].casefold() if reason else ""
    return SpokenDenial(
        action=action[1] if action else "",
        policy=next((kind for words, kind in _KINDS if words in said), None),
        is_explicit=bool(_EXPLICIT.search(message)),
        is_anonymous=bool(_ANONYMOUS.search(message)),
        is_of_account=bool(_NOT_PUBLIC.search(message)),
    )
