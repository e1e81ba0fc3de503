"""Due rows, worked on one after another by whoever comes first."""

from collections.abc import Callable
from time import monotonic
from typing import TypeVar

import structlog
from django.db.models import Model, QuerySet

log = structlog.get_logger(__name__)
Row = TypeVar("Row", bound=Model)
Result = TypeVar("Result")

BEGIN_SECONDS = 60.0


def work_on_each(
    due: QuerySet[Row], work: Callable[[Row], Result], *, limit: int, **claim: object
) -> list[Result | None]:
    """Do this work for up to `limit` of the due rows in their order, begun within `BEGIN_SECONDS`; what came of each,
    None where it failed, which is logged.

    `claim` are the fields that are written to a row before its turn, and that make it due later: another worker passes
    it by, and a row that kills the worker, or whose store hangs, stands behind the others next time.
    """
    results = list[Result | None]()
    begin_until = monotonic() + BEGIN_SECONDS
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        if monotonic() >= begin_until:
            break
        if not due.filter(pk=pk).order_by().update(**claim):
            continue  # another worker has it
        try:
            results.append(work(due.model._base_manager.get(pk=pk)))  # noqa: SLF001  documented
        except Exception:
            log.exception("due row failed", table=due.model._meta.db_table, row=pk)  # noqa: SLF001  documented
            results.append(None)
    return results
