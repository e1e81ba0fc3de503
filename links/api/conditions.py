"""Lost updates: `ETag` tells which version of a link was read, `If-Match` which one is to be changed."""

import json
from collections.abc import Sequence
from hashlib import sha256

from django.http import HttpRequest, HttpResponse

from links.domain.errors import Refused
from links.domain.promise.terms import TERMS
from links.domain.reasons import Reason
from links.models import ShareLink

# What staff decide about a link. Its state and its counts change by themselves, and cost nobody their change.
_DECIDED = (
    "lifetime",
    "promised_until",
    "revoked_at",
    "rescued_by_id",
    "owner_id",
    "customer_id",
    *(term.name for term in TERMS if term.name != "customer"),
)


IF_MATCH = {
    "parameters": [
        {
            "in": "header",
            "name": "If-Match",
            "required": False,
            "schema": {"type": "string", "maxLength": 1000},
            "description": "The ETag of the link as it was read: where it is another by now, nothing is done (412).",
        }
    ]
}
IF_MATCH_NEEDED = {"parameters": [{**IF_MATCH["parameters"][0], "required": True}]}
"""How an operation that calls `check_match` is described."""


def make_etag(link: ShareLink) -> str:
    """Another one whenever something was decided otherwise."""
    values: Sequence[object] = [link.pk, *(getattr(link, name) for name in _DECIDED)]
    return f'"{sha256(json.dumps(values, default=str).encode()).hexdigest()[:32]}"'


def add_etag(response: HttpResponse, link: ShareLink) -> None:
    response["ETag"] = make_etag(link)


def check_match(request: HttpRequest, link: ShareLink, *, is_needed: bool = False) -> None:
    """Raises `Refused`: if-match-stale where the link is another than was read, if-match-missing where it has to be
    said which was. `*` is whichever there is."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        if is_needed:
            raise Refused(Reason.IF_MATCH_MISSING)
        return
    if given != "*" and make_etag(link) not in [tag.strip() for tag in given.split(",")]:
        raise Refused(Reason.IF_MATCH_STALE)
