"""How many statements a batch takes: as many for two hundred links as for ten."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from links.domain.credentials import KeyPair
from links.domain.signed_urls.presigning import Presigner
from links.models import Incident, IncidentNotice, ShareLink
from links.s3 import probe_stream
from links.services.validation import batches
from tests.fake_receivers import MailReceiver
from tests.fixtures import World
from tests.waiting import TIMEOUT_SECONDS

FEW, MANY = 10, 200


@pytest.fixture(autouse=True)
def _one_portion(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is busy takes longer over the same answers, which are recorded in portions of a second."""
    monkeypatch.setattr(probe_stream, "PORTION_SECONDS", TIMEOUT_SECONDS)


def _count_statements(world: World, links: list[ShareLink]) -> int:
    """Of one batch, in which these are all that is due."""
    ShareLink.objects.update(due_at=world.clock() + timedelta(days=1))
    ShareLink.objects.filter(pk__in=[link.pk for link in links]).update(due_at=world.clock())
    with CaptureQueriesContext(connection) as captured:
        assert len(batches.validate_due_links(world.clock)) == len(links)
    sent = [query["sql"] for query in captured]
    inserts = [sql.split(" (")[0] for sql in sent if sql.startswith("INSERT")]
    return len(sent) - len(inserts) + len(set(inserts))  # SQLite takes 999 values at a time


def _create_links(world: World, count: int) -> list[ShareLink]:
    """So many stable links of one bucket, the first as a member of staff makes it and the others copied."""
    link = world.create_link().link
    copies = [ShareLink.objects.get(pk=link.pk) for _ in range(count - 1)]
    for number, copy in enumerate(copies):
        copy.pk, copy.token_hash = None, f"{link.pk}-{number}".encode()
    return [link, *ShareLink.objects.bulk_create(copies)]


def _watch_links(world: World, count: int) -> list[ShareLink]:
    """So many links, each signed by a key of its own that the store does not know."""
    first = ShareLink.objects.count()
    pairs = [KeyPair(f"AKIA{number:016d}", "a secret of nobody") for number in range(first, first + count)]
    signers = [Presigner(world.s3.url, "us-east-1", pair) for pair in pairs]
    path = f"/{world.store.name}/report.pdf"
    return [world.watch(each.presign(path, {}, 604_800, world.clock())).link for each in signers]


def test_many_healthy_links_take_as_many_statements_as_few(world: World) -> None:
    _count_statements(world, [world.create_link().link])  # the rows of this day and of this store are there
    few = _count_statements(world, _create_links(world, FEW))
    assert _count_statements(world, _create_links(world, MANY)) == few


@pytest.mark.slow
def test_many_causes_are_opened_told_and_ended_by_as_many_statements_as_few(world: World, mails: MailReceiver) -> None:
    groups = [_watch_links(world, count) for count in (1, FEW, MANY)]
    _, few, many = (_count_statements(world, links) for links in groups)  # the day's own rows are written by the first
    assert Incident.objects.open().count() == IncidentNotice.objects.count() == 1 + FEW + MANY
    assert many == few
    _, few, many = (_count_statements(world, links) for links in groups)  # nothing has changed
    assert many == few
    world.wait(timedelta(days=7))  # these promises are over
    _, few, many = (_count_statements(world, links) for links in groups)
    assert not Incident.objects.open().exists()
    assert many == few
