"""Whether two ways of answering can be told apart by the clock, as dudect does: measured in turn, Welch's t on all of
it and on what is left where the slowest are cropped, since what a busy machine adds is no answer's own."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from math import inf, sqrt
from statistics import fmean, variance

THRESHOLD = 4.5
CROPS = (1.0, 0.99, 0.95, 0.9, 0.75, 0.5)
"""Shares of all the times, of both alike, below which a time counts; they are fixed before anything is measured."""


def compute_t(one: Sequence[float], other: Sequence[float]) -> float:
    """Welch's t of two samples; 0 where there is too little of either."""
    if min(len(one), len(other)) < 2:
        return 0.0
    difference = fmean(one) - fmean(other)
    spread = sqrt(variance(one) / len(one) + variance(other) / len(other))
    return difference / spread if spread else (inf if difference else 0.0)


def find_difference(one: Sequence[float], other: Sequence[float]) -> float:
    """The largest |t| of all crops."""
    pooled = sorted([*one, *other])
    bounds = [pooled[max(int(len(pooled) * crop) - 1, 0)] for crop in CROPS]
    return max(
        abs(compute_t(*([took for took in times if took <= bound] for times in (one, other)))) for bound in bounds
    )


def measure_in_turn(
    ways: Mapping[str, Callable[[], object]], samples: int, rng: random.Random
) -> dict[str, list[float]]:
    """Seconds of each way, so many times, each round in another order; a tenth more is run before and thrown away."""
    took: dict[str, list[float]] = {name: [] for name in ways}
    order = list(ways)
    for number in range(-max(samples // 10, 1), samples):
        rng.shuffle(order)
        for name in order:
            began = time.perf_counter()
            ways[name]()
            elapsed = time.perf_counter() - began
            if number >= 0:
                took[name].append(elapsed)
    return took
