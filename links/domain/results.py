"""What comes of an action on many items: one result for each, in their order."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from links.domain.errors import HoldfastError

Item_co = TypeVar("Item_co", covariant=True)
Done_co = TypeVar("Done_co", covariant=True)


@dataclass(frozen=True)
class ItemResult(Generic[Item_co, Done_co]):
    """One item: `done` is what came of it, where there is more to say than that it was done; `refused` is why nothing
    was. Neither shows in logs: what was done may hold a URL."""

    item: Item_co
    done: Done_co | None = field(default=None, repr=False)
    refused: HoldfastError | None = None
