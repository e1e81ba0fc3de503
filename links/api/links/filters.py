"""Narrowing the list of links, by the names that the admin's list has for it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.contrib.auth.models import User
from pydantic import Field

from links.api.bodies import MAX_ROW_NUMBER, Moment, Text
from links.api.paging import PageRequest
from links.domain.judging.facts import Delivery
from links.domain.link_state import LinkState
from links.models.links.share_links import ShareLinkQuerySet
from links.queries import link_search
from links.queries.link_state import where_affected, where_never_opened, where_state

Number = Annotated[int, Field(ge=1, le=MAX_ROW_NUMBER)]


class LinkFilters(PageRequest):
    """All that is given has to hold."""

    q: Text = Field(
        "",
        max_length=500,
        description="Words of the link or its customer, a number, or an object as s3://bucket/key. Never a URL, which "
        "is a secret: POST it to `find`.",
    )
    state: LinkState | None = None
    delivery: Delivery | None = None
    owner: Number | None = None
    is_mine: bool = Field(False, description="Only those that the token's owner owns.")
    customer: Number | None = None
    bucket: Number | None = None
    incident: Number | None = Field(None, description="Those that this open incident affects.")
    import_batch: UUID | None = Field(None, description="Those that were added together.")
    is_unopened: bool = Field(False, description="Stable links that no customer has opened, though they could.")
    ends_before: Moment | None = None
    ends_after: Moment | None = None
    made_after: Moment | None = None


def narrow(links: ShareLinkQuerySet, chosen: LinkFilters, owner: User, now: datetime) -> ShareLinkQuerySet:
    """Raises nothing: what nobody has finds nothing."""
    equal = {
        "delivery": chosen.delivery,
        "owner": owner.pk if chosen.is_mine else chosen.owner,
        "customer": chosen.customer,
        "bucket": chosen.bucket,
        "import_batch": chosen.import_batch,
        "promised_until__lt": chosen.ends_before,
        "promised_until__gte": chosen.ends_after,
        "created_at__gte": chosen.made_after,
    }
    links = links.filter(**{name: value for name, value in equal.items() if value is not None})
    if chosen.state is not None:
        links = links.filter(where_state(chosen.state, now))
    if chosen.is_unopened:
        links = links.filter(where_never_opened(now))
    if chosen.incident is not None:
        links = links.filter(where_affected(chosen.incident))
    text = chosen.q.strip()
    return links.filter(link_search.match(text)) if text else links
