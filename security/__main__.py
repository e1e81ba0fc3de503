"""Attack the product, and print what was counted.

python -m security                            every run, with a seed of its own
python -m security --seed 7 rebinding         one, as it was played with this seed
python -m security --size 0.1                 all of them with a tenth of the guesses, samples and seconds

Some need Linux and a tool, or root; one that cannot be played is said so, and counts as not held. Nothing but loopback
is asked, and nothing is left running.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context

from security.play import Measured, play

RUNS = ("abuse", "answers", "dialler", "fuzzing", "guesses", "slugs")


@dataclass(frozen=True)
class Row:
    name: str
    target: str
    measured: Measured
    seconds: float


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m security", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("runs", nargs="*", metavar="NAME", help=f"of {', '.join(RUNS)}; all if none")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="plays the same once more")
    parser.add_argument("--size", type=float, default=1.0, help="share of the guesses, samples and seconds (1)")
    options = parser.parse_args()
    if unknown := set(options.runs) - set(RUNS):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(RUNS)}")
    print(f"seed {options.seed}, size {options.size}", flush=True)
    rows = []
    for name in options.runs or RUNS:
        rows.append(run(name, options.seed, options.size))
        print(_describe(rows[-1]), flush=True)
    print(f"\nseed {options.seed}, size {options.size}\n\n| run | target | counted | holds |\n|---|---|---|---|")
    for row in rows:
        print(f"| {row.name} | {row.target} | {row.measured.counted} | {'; '.join(row.measured.broken) or 'yes'} |")
    return 1 if any(row.measured.broken for row in rows) else 0


def run(name: str, seed: int, size: float) -> Row:
    """One run in a process of its own: what it patches, traces and grows by is nobody else's."""
    began = time.monotonic()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            target, measured = pool.submit(play, name, seed, size).result()
        except BrokenProcessPool:
            target, measured = "", Measured("", ("its process ended before it was done",))
    return Row(name, target, measured, time.monotonic() - began)


def _describe(row: Row) -> str:
    return f"{row.name}: {row.measured.counted} ({'; '.join(row.measured.broken) or 'holds'}; {row.seconds:.0f} s)"


if __name__ == "__main__":
    sys.exit(main())
