"""What a migration does to rows that were there before."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps

from links.models import LinkText, ShareLink
from links.queries.link_search import match
from tests.environment import ON_POSTGRES

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
Migrate = Callable[[str], StateApps]


@pytest.fixture
def migrate(transactional_db: None) -> Iterator[Migrate]:
    """To this migration of `links`, forwards or backwards; what the models were then."""

    def to(name: str) -> StateApps:
        executor = MigrationExecutor(connection)
        executor.migrate([("links", name)])
        return executor.loader.project_state([("links", name)]).apps

    (last,) = (name for app, name in MigrationExecutor(connection).loader.graph.leaf_nodes() if app == "links")
    yield to
    there = connection.introspection.table_names()
    with connection.cursor() as cursor:  # a migration that failed must fail one test
        for table in (
            "links_incidentnotice",
            "links_incidentlink",
            "links_incident",
            "links_linktext",
            "links_sharelink",
        ):
            if table in there:
                cursor.execute(f"DELETE FROM {table}")
    to(last)


def test_links_that_were_there_before_are_searched_and_survive_the_way_back(migrate: Migrate) -> None:
    ends = NOW + timedelta(days=30)
    kept = {"delivery": "foreign", "asked_until": ends, "promised_until": ends, "created_at": NOW}
    twice = migrate("0001_initial").get_model("links", "ShareLink").objects
    links = [twice.create(note="図面", url_hash=b"the same", **kept) for _ in range(2)]
    for _ in range(2):
        migrate("0002_search")
        assert sorted(ShareLink.objects.filter(match("図")).values_list("pk", flat=True)) == [one.pk for one in links]
        assert LinkText.objects.count() == (2 if ON_POSTGRES else 0)
        assert not ShareLink.objects.filter(holds_url=True).exists()
        migrate("0001_initial")
    assert ShareLink.objects.values("note").count() == 2
