from datetime import timedelta

from django.utils import timezone

from links.models import Visit
from tests.api.programs import make_program
from tests.fixtures import Setup


def test_visits_of_ones_own_links_are_listed_and_narrowed(setup: Setup) -> None:
    program, now = make_program(), timezone.now()
    own, other = setup.create_link().link, setup.create_link().link
    own.owner = program.owner
    own.save()
    old = Visit.objects.create(link=own, at=now - timedelta(days=2), outcome="ended", address="192.0.2.0/24")
    new = Visit.objects.create(link=own, at=now, outcome="served", times=3, browser="Firefox")
    Visit.objects.create(link=other, at=now, outcome="served")
    items = program.get("/visits").body["items"]
    assert [each["id"] for each in items] == [new.pk, old.pk]
    assert (items[0]["link"], items[0]["times"], items[0]["browser"]) == (own.pk, 3, "Firefox")
    assert items[1]["address"] == "192.0.2.0/24"
    since = (now - timedelta(days=1)).isoformat().replace("+", "%2B")
    for query, expected in {
        f"since={since}": [new.pk],
        "outcome=ended": [old.pk],
        f"link={own.pk}&outcome=served": [new.pk],
        f"link={other.pk}": [],
    }.items():
        assert [each["id"] for each in program.get(f"/visits?{query}").body["items"]] == expected, query
