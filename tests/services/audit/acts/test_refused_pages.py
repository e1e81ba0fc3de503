"""Who is signed in and asks for a page that they may not see is in the audit trail."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.test import Client

from links.domain.people.scopes import Scope
from links.models import AuditRecord
from tests.api.programs import make_program

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
KEYS, TRAIL = "/admin/links/signingkey/add/", "/admin/links/auditrecord/"


@pytest.fixture
def client() -> Client:
    """Of Mika, who makes links."""
    mika = User.objects.create_user("mika", is_staff=True)
    mika.groups.add(Group.objects.get(name="Link maker"))
    client = Client(REMOTE_ADDR="192.0.2.9")
    client.force_login(mika)
    return client


def list_refused() -> list[AuditRecord]:
    return list(AuditRecord.objects.filter(act="page-refused").order_by("pk"))


def test_a_refused_page_is_recorded_and_read_in_the_trail(client: Client, admin_client: Client) -> None:
    assert client.get(f"{KEYS}?name=no-value-of-a-query").status_code == 403
    [row] = list_refused()
    assert (row.actor_text, row.way) == ("mika", "admin")
    assert json.loads(row.values) == {"after": {"method": "GET", "page": KEYS}}
    page = admin_client.get(f"{TRAIL}?act=page-refused").content.decode()
    assert "Was refused a page" in page
    assert "192.0.2.0/24" in page


def test_a_long_path_is_no_secret(client: Client) -> None:
    """It looks like one: forty letters and slashes."""
    client.get("/admin/links/sharepermission/add/")
    assert json.loads(list_refused()[-1].values)["after"]["page"] == "/admin/links/sharepermission/add/"


def test_one_is_recorded_a_minute_for_a_person_and_a_page(client: Client) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(3):
            client.get(KEYS)
            client.post(KEYS)
            client.get("/admin/auth/user/")
        assert [json.loads(row.values)["after"]["page"] for row in list_refused()] == [KEYS, "/admin/auth/user/"]
        clock.shift(timedelta(seconds=61))
        client.get(KEYS)
        assert len(list_refused()) == 3


def test_what_the_api_refuses_a_token_is_recorded_once_a_minute() -> None:
    """A scope that it has not, and a right that its owner has not."""
    with time_machine.travel(NOW, tick=False):
        program = make_program(scopes=[Scope.LINKS_READ])
        for path in ("/keys", "/audit-records", "/keys"):
            assert program.get(path).status == 403
        assert Client().get("/api/v1/keys").status_code == 401
    rows = list_refused()
    assert [json.loads(row.values)["after"]["page"] for row in rows] == ["/api/v1/keys", "/api/v1/audit-records"]
    assert {(row.way, row.actor_text) for row in rows} == {("api", f"mika, {program.token[:19]}")}


def test_what_is_there_and_what_nobody_may_is_no_refusal(client: Client) -> None:
    client.get("/admin/")
    client.get("/admin/links/sharelink/7/change/")
    client.get("/admin/no-such-page/")
    Client().get(KEYS)
    assert not list_refused()


def test_a_form_that_another_site_sends_is_recorded_too(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post("/admin/links/sharelink/add/").status_code == 403
    assert len(list_refused()) == 1
