"""Validation that somebody waits for."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from links.models import ShareLink
from links.queries.link_state import where_not_withdrawn
from links.services import queue
from links.services.validate import Clock, Judged, validate_links

IN_PLACE = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """`heard`: a worker was told. `judged`: what was validated here and now because none could be told."""

    heard: bool
    judged: list[Judged] = field(default_factory=list)


def ask_for_validation(ids: Sequence[int], clock: Clock) -> Asked:
    """Make these links due and tell a worker; where none can be told, validate up to `IN_PLACE` at once."""
    ShareLink.objects.filter(where_not_withdrawn(), pk__in=ids).update(due_at=clock())
    if queue.enqueue_now("validate_links", ids):
        return Asked(heard=True)
    return Asked(heard=False, judged=validate_links(ids, clock) if len(ids) <= IN_PLACE else [])
