"""What one machine carries and what ten do, at a million, ten million and a hundred million links; nothing is measured.

    python -m bench.scaling [--cores 2] [--machines 1 10] [--store-ms 40] [--stores 200] [--clicks-a-day 2]

It reckons from costs that were measured (`COSTS`, from bench/RESULTS.md), plays ten minutes in which nothing was
validated and what came after them, and names what is at its limit first, and second.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from links.domain.judging.cadence import DEFAULT_INTERVAL

LINKS = (1_000_000, 10_000_000, 100_000_000)
DAY = 86_400
AWAY_SECONDS = 600
HEADROOM = 0.7  # of a machine's time; beyond it waiting grows faster than work
KEPT_DAYS = {"validations": 7, "visits": 400}
GIGABYTE = 1e9


@dataclass(frozen=True)
class Costs:
    """Of one piece of work: microseconds of one core, and bytes on the database's disk with its indexes."""

    validation: float
    validation_in_database: float
    click: float
    click_in_database: float
    link_bytes: float
    validation_bytes: float
    visit_bytes: float


COSTS = Costs(
    validation=933,
    validation_in_database=228,
    click=1_860,
    click_in_database=460,
    link_bytes=771,
    validation_bytes=188,
    visit_bytes=164,
)
"""Of the machine that bench/RESULTS.md names. The bytes are pg_total_relation_size, by the number of rows."""


@dataclass(frozen=True)
class Site:
    """`machines` run web and workers; the database has one of its own, of as many cores."""

    links: int
    machines: int
    cores: int
    stores: int
    store_seconds: float
    probes_per_store: int
    clicks_a_day: float

    @property
    def validations_a_second(self) -> float:
        return self.links / DEFAULT_INTERVAL.total_seconds()

    @property
    def clicks_a_second(self) -> float:
        return self.links * self.clicks_a_day / DAY


@dataclass(frozen=True)
class Limit:
    """One thing that can be at its limit. `used` is 1 where it is."""

    name: str
    used: float


def find_limits(site: Site, costs: Costs) -> list[Limit]:
    """What is used most, first."""
    cores = site.cores * HEADROOM * 1e6
    work = site.validations_a_second * costs.validation + site.clicks_a_second * costs.click
    rows = site.validations_a_second * costs.validation_in_database + site.clicks_a_second * costs.click_in_database
    at_once = site.validations_a_second * site.store_seconds
    return sorted(
        [
            Limit("web and workers", work / (cores * site.machines)),
            Limit("database", rows / cores),
            Limit("what stores are asked at once", at_once / (site.stores * site.probes_per_store)),
        ],
        key=lambda limit: -limit.used,
    )


def find_size(site: Site, costs: Costs) -> float:
    """The database, in gigabytes."""
    validations = site.validations_a_second * DAY * KEPT_DAYS["validations"]
    visits = site.clicks_a_second * DAY * KEPT_DAYS["visits"]
    taken = site.links * costs.link_bytes + validations * costs.validation_bytes + visits * costs.visit_bytes
    return taken / GIGABYTE


def find_capacity(site: Site, costs: Costs) -> float:
    """Validations a second at most, beside the clicks."""
    cores = site.cores * HEADROOM * 1e6
    workers = (cores * site.machines - site.clicks_a_second * costs.click) / costs.validation
    database = (cores - site.clicks_a_second * costs.click_in_database) / costs.validation_in_database
    return max(min(workers, database, site.stores * site.probes_per_store / site.store_seconds), 0.0)


def play_outage(site: Site, costs: Costs) -> Iterator[float]:
    """For each second after ten minutes without a validation: how many seconds late the one is that is done then."""
    capacity, waiting = find_capacity(site, costs), site.validations_a_second * AWAY_SECONDS
    for _ in range(DAY):
        yield waiting / site.validations_a_second
        waiting = max(waiting + site.validations_a_second - capacity, 0.0)
        if not waiting:
            return


def describe(site: Site, costs: Costs) -> str:
    first, second, *_ = find_limits(site, costs)
    late = list(play_outage(site, costs))
    caught_up = f"{len(late):,} s" if len(late) < DAY else "never"
    return (
        f"| {site.links:,} | {site.machines} | {site.validations_a_second:,.0f} | {site.clicks_a_second:,.0f} |"
        f" {first.name}: {first.used:.0%} | {second.name}: {second.used:.0%} |"
        f" {caught_up} | {find_size(site, costs):,.0f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.scaling", description="What so many links need.")
    parser.add_argument("--cores", type=int, default=2, help="of each machine, the database's too")
    parser.add_argument("--machines", type=int, nargs="+", default=[1, 10])
    parser.add_argument("--stores", type=int, default=20, help="among which the links are spread evenly")
    parser.add_argument("--store-ms", type=float, default=40.0, help="how long a store takes to answer")
    parser.add_argument("--probes-per-store", type=int, default=48, help="PROBES_PER_STORE")
    parser.add_argument("--clicks-a-day", type=float, default=0.1, help="of one link, on average")
    given = parser.parse_args()
    head = ["links", "machines", "validations/s", "clicks/s", "first at its limit", "then"]
    head += [f"caught up after {AWAY_SECONDS // 60} min away", "database, GB"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for links in LINKS:
        for machines in given.machines:
            site = Site(
                links=links,
                machines=machines,
                cores=given.cores,
                stores=given.stores,
                store_seconds=given.store_ms / 1000,
                probes_per_store=given.probes_per_store,
                clicks_a_day=given.clicks_a_day,
            )
            lines.append(describe(site, COSTS))
    sys.stdout.write("\n".join([*lines, ""]))


if __name__ == "__main__":
    main()
