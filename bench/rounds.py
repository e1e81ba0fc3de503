"""Timing a subject and its baseline side by side, in one process and in turn, so that a busy machine slows both."""

import gc
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

ROUNDS = 7


@dataclass(frozen=True)
class Timed:
    """CPU seconds of one unit, by round."""

    name: str
    seconds: tuple[float, ...]

    @property
    def microseconds(self) -> float:
        return median(self.seconds) * 1e6


def compare(subjects: Mapping[str, Callable[[int], object]], units: int, rounds: int = ROUNDS) -> list[Timed]:
    """Run each subject `units` times in each round, in turn. Each is called with the unit's number."""
    seconds: dict[str, list[float]] = {name: [] for name in subjects}
    for _ in range(rounds):
        for name, subject in subjects.items():
            gc.collect()
            begun = time.process_time()
            for unit in range(units):
                subject(unit)
            seconds[name].append((time.process_time() - begun) / units)
    return [Timed(name, tuple(times)) for name, times in seconds.items()]


def report(title: str, unit: str, timed: list[Timed]) -> None:
    """A table in Markdown. The first is the baseline: a ratio of 10 is ten times as fast as it in the same round."""
    baseline = timed[0]
    lines = [
        f"## {title}",
        "",
        f"| what | times the baseline's speed | spread | CPU us per {unit} |",
        "|---|---|---|---|",
    ]
    for one in timed:
        ratios = sorted(base / own for base, own in zip(baseline.seconds, one.seconds, strict=True))
        lines.append(
            f"| {one.name} | {median(ratios):.2f} | {ratios[0]:.2f} to {ratios[-1]:.2f} | {one.microseconds:.1f} |"
        )
    sys.stdout.write("\n".join([*lines, "", ""]))
