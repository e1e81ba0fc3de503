import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from links.models import AuditRecord, ShareLink
from links.services.links import changes
from tests.api.programs import make_program
from tests.fixtures import Setup

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


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


def test_that_a_program_reads_the_trail_is_recorded_once_a_day(setup: Setup) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        program = make_program("Auditor", "ken")
        assert "exported" not in [each["act"] for each in program.get("/audit-records?way=api").body["items"]]
        program.get("/audit-records")
        newest = AuditRecord.objects.latest("pk")
        assert (newest.act, newest.way, newest.object_text) == ("exported", "api", "audit trail")
        assert json.loads(newest.values)["after"]["filters"] == {"way": "api"}
        assert AuditRecord.objects.filter(act="exported").count() == 1
        clock.shift(timedelta(days=1, seconds=1))
        program.get("/audit-records")
        assert AuditRecord.objects.filter(act="exported").count() == 2


def test_a_record_tells_by_which_token_somebody_acted_and_is_found_by_it(setup: Setup, admin_client: Client) -> None:
    program = make_program()
    link = setup.create_link().link
    ShareLink.objects.filter(pk=link.pk).update(owner=program.owner)
    assert program.post(f"/links/{link.pk}/revoke").status == 200
    public_name = program.token[:19]
    revoked = AuditRecord.objects.get(act="link-revoked")
    assert revoked.actor_text == f"mika, {public_name}"
    shown = admin_client.get("/admin/links/auditrecord/", {"q": public_name})
    acts = {row.act for row in shown.context["cl"].result_list}
    assert acts == {"link-revoked", "api-token-used", "api-token-created"}
    assert public_name in shown.content.decode()
