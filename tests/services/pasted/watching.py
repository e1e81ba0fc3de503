"""How tests watch many lines."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from links.domain.sharing import EVERYTHING
from links.domain.viewers import OPERATOR
from links.models import ShareLink
from links.services.pasted.watch_many import WatchResult, watch_many
from tests.fixtures import World

SIGNATURE = "X-Amz-Signature="


def open_url(link: ShareLink | None) -> str:
    return link.url.open() if link and link.url else ""


def watch(
    world: World, *lines: str, days: float | None = 6, note: str = "", zone: ZoneInfo | None = None
) -> list[WatchResult]:
    until = world.clock() + timedelta(days=days) if days else None
    return watch_many(lines, until, note=note, zone=zone or UTC, now=world.clock(), scope=EVERYTHING, owner=OPERATOR)


def refusals(rows: list[WatchResult]) -> dict[int, str]:
    return {row.item.number: row.refused.code for row in rows if row.refused}


def sign_of(line: str) -> str:
    begin = line.index(SIGNATURE) + len(SIGNATURE)
    return line[: begin + 64]
