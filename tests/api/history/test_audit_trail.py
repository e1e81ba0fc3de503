import pytest
from django.utils import timezone

from links.models import AuditRecord
from links.services.links import changes
from tests.api.programs import make_program
from tests.fixtures import Setup


def test_the_trail_tells_who_did_what(setup: Setup) -> None:
    link = setup.create_link().link
    changes.revoke_all([link.pk], timezone.now())
    program = make_program("Auditor", "ken")
    items = program.get(f"/audit-records?link={link.pk}").body["items"]
    assert [each["act"] for each in items] == ["link-revoked", "link-created"]
    assert items[0]["object_text"] == f"#{link.pk}"
    assert items[0]["detail"] == "Revoked the link"
    assert {"number", "hash", "before", "after"} <= items[0].keys()
    for query in (f"act=link-revoked&link={link.pk}&way=task", f"bucket={setup.bucket.pk}&act=link-revoked"):
        assert [each["id"] for each in program.get(f"/audit-records?{query}").body["items"]] == [items[0]["id"]], query


def test_a_token_of_whoever_may_not_read_it_reads_nothing(setup: Setup) -> None:
    assert make_program().get("/audit-records").status == 403


@pytest.mark.parametrize("query", ["act=unheard", "actor=0", "actor=x", "since=yesterday", "limit=201"])
def test_a_filter_that_is_none_is_refused(setup: Setup, query: str) -> None:
    assert make_program("Auditor", "ken").get(f"/audit-records?{query}").status == 422


def test_what_a_program_read_leaves_no_record_but_that_its_token_was_used(setup: Setup) -> None:
    program = make_program("Auditor", "ken")
    program.get("/audit-records")
    newest = AuditRecord.objects.latest("pk")
    assert (newest.act, newest.way, newest.actor) == ("api-token-used", "api", program.owner.pk)
