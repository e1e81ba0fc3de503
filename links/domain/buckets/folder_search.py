"""Choosing from what was listed of a folder: by a part of the name, and in which order."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any

from links.domain.buckets.object_keys import MAX_OBJECT_KEY_BYTES
from links.domain.buckets.s3_objects import ListedObject


class Order(StrEnum):
    NAME = "name"
    NEWEST = "newest"
    LARGEST = "largest"


def contains(name: str, part: str) -> bool:
    """In capitals or not, and however the same letters are written: full-width, or with combining marks."""
    return _fold(part) in _fold(name)


def sort_objects(objects: Iterable[ListedObject], order: Order) -> list[ListedObject]:
    """What is equal stands by its name."""
    return sorted(objects, key=_KEYS[order])


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:MAX_OBJECT_KEY_BYTES]).casefold()


_KEYS: Mapping[Order, Callable[[ListedObject], Any]] = {
    Order.NAME: lambda item: item.key,
    Order.NEWEST: lambda item: (-item.last_modified.timestamp() if item.last_modified else 0, item.key),
    Order.LARGEST: lambda item: (-item.size, item.key),
}
