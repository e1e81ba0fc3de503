"""What tests of validations have in common."""

from datetime import timedelta

from links.domain.findings import Code, Verdict
from links.models import ShareLink
from tests.fixtures import World, codes

HOUR = timedelta(hours=1)


def verdicts(world: World) -> set[Verdict]:
    return {judged.judgement.verdict for judged in world.validate()}


def found(world: World) -> set[tuple[Code, ...]]:
    return {tuple(codes(judged)) for judged in world.validate()}


def create_links(world: World) -> list[ShareLink]:
    """A link of each delivery, all signed by the bucket's key."""
    url = world.s3.presigner(world.access, world.store).v4("report.pdf", expires=604_800)
    return [world.create_link().link, world.presign().link, world.watch(url).link]
