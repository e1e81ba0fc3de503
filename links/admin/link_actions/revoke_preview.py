"""Who is affected when links are revoked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from links.admin.base.columns import NOTHING, show_age
from links.domain.judging.facts import Delivery
from links.models import ShareLink

SHOWN = 100


@dataclass(frozen=True, slots=True)
class RevokedLink:
    """One link and its customer. `visits` are those that we know of: a store tells of none."""

    link: ShareLink
    customer: str
    visits: str
    last_visit: str


@dataclass(frozen=True, slots=True)
class RevokePreview:
    """The links that will be revoked, and those that were before."""

    links: list[ShareLink]
    rows: list[RevokedLink]
    left_out: list[ShareLink]

    @property
    def deliveries(self) -> set[str]:
        return {link.delivery for link in self.links}

    @property
    def signature_ends_at(self) -> datetime | None:
        return max((link.signature_ends_at for link in self.links if link.signature_ends_at), default=None)

    @property
    def customers(self) -> list[str]:
        return sorted({link.customer.name for link in self.links if link.customer})

    @property
    def visits(self) -> int:
        return sum(link.visit_count for link in self.links)


def build_revoke_preview(links: Sequence[ShareLink], now: datetime) -> RevokePreview:
    lasting = [link for link in links if not link.is_revoked]
    revoked = [link for link in links if link.is_revoked]
    return RevokePreview(lasting, [_build_affected(link, now) for link in lasting[:SHOWN]], revoked)


def _build_affected(link: ShareLink, now: datetime) -> RevokedLink:
    is_counted = link.delivery == Delivery.STABLE
    return RevokedLink(
        link,
        link.customer.name if link.customer else NOTHING,
        str(link.visit_count) if is_counted else NOTHING,
        show_age(link.visited_at, now) if is_counted else NOTHING,
    )
