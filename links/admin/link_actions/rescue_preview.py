"""What a rescue would do, and to whom: the question before it."""

from collections.abc import Sequence
from dataclasses import dataclass

from links.admin.base.refusal_views import Reader, explain_refusal
from links.models import ShareLink
from links.services.links.remake import Remade

SHOWN = 100


@dataclass(frozen=True, slots=True)
class RescueCandidate:
    """One link; `refusal` says why nothing can be done for it, and is empty where something can."""

    link: ShareLink
    refusal: str


@dataclass(frozen=True, slots=True)
class RescuePreview:
    """The first `SHOWN` of those that were chosen: what can be rescued first."""

    rows: list[RescueCandidate]
    customers: list[str]
    count: int
    refused: int

    @property
    def has_more_rows(self) -> bool:
        return len(self.rows) < self.count + self.refused


def build_rescue_preview(reader: Reader, foreseen: Sequence[Remade]) -> RescuePreview:
    possible = [result for result in foreseen if result.refused is None]
    others = [result for result in foreseen if result.refused is not None]
    customers = sorted({result.item.customer.name for result in possible if result.item.customer})
    rows = [
        RescueCandidate(
            result.item, explain_refusal(result.refused, reader, result.item.bucket) if result.refused else ""
        )
        for result in [*possible, *others][:SHOWN]
    ]
    return RescuePreview(rows, customers, len(possible), len(others))
