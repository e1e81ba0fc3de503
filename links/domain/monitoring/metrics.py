"""The metrics that processes count, each by its name in Prometheus. What is read from rows alone stands in
`links.queries.monitoring.exposition`."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

from links.domain.findings import Verdict
from links.domain.visits.access import Outcome


@dataclass(frozen=True, slots=True)
class Counted:
    """A counter with one label. `values` are all that it may have: what is none of them is counted as none."""

    name: str
    help: str
    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Timed:
    """A histogram of seconds. `bounds` are the upper ends of its buckets, without the last, which has none."""

    name: str
    help: str
    bounds: tuple[float, ...]

    def find_bucket(self, seconds: float) -> str:
        """The upper end of the bucket that this falls into, as Prometheus writes it.

        >>> Timed("a", "", (0.1, 1.0)).find_bucket(0.3)
        '1.0'
        """
        place = bisect_left(self.bounds, seconds)
        return str(self.bounds[place]) if place < len(self.bounds) else LAST_BUCKET

    def add_up(self, values: Mapping[str, float]) -> list[tuple[str, float]]:
        """Each bucket with all that fell into it or into one below, from what fell into each."""
        total, found = 0.0, []
        for bucket in (*map(str, self.bounds), LAST_BUCKET):
            total += values.get(bucket, 0)
            found.append((bucket, total))
        return found


LAST_BUCKET = "+Inf"
SUM = "sum"
"""Beside the buckets of a histogram: all seconds together."""

_QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

CLICKS = Counted(
    "holdfast_clicks", "Customers' visits, by what came of them.", "outcome", tuple(one.value for one in Outcome)
)
CLICK_TIMES = Timed("holdfast_click_seconds", "How long the answer to a visit took.", _QUICK)
VALIDATIONS = Counted(
    "holdfast_validations", "Validations of links, by verdict.", "verdict", tuple(one.value for one in Verdict)
)
PROBE_TIMES = Timed("holdfast_probe_seconds", "How long a store took to answer a probe.", _QUICK)

COUNTERS = (CLICKS, VALIDATIONS)
HISTOGRAMS = (CLICK_TIMES, PROBE_TIMES)
LINKS = "holdfast_links"
"""A gauge that is counted now and then, since to count a million rows takes a second."""
