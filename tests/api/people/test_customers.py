import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.utils import timezone

from links.models import AuditRecord, Customer
from tests.api.programs import Program, make_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Program:
    return make_program()


def add(name: str, **values: object) -> Customer:
    return Customer.objects.create(name=name, created_at=timezone.now(), **values)


def test_a_customer_is_added_read_and_changed(program: Program) -> None:
    made = program.post("/customers", {"name": "Ogata GmbH", "mail": "o@example.com", "zone": "asia/tokyo"})
    assert made.status == 201
    told = {"name": "Ogata GmbH", "kind": "company", "mail": "o@example.com", "language": "en", "zone": "Asia/Tokyo"}
    assert told.items() <= made.body.items()
    page = f"/customers/{made.body['id']}"
    changed = program.ask("PATCH", page, {"language": "ja"})
    assert (changed.status, changed.body) == (200, {**made.body, "language": "ja"})
    assert program.get(page).body == changed.body
    acts = AuditRecord.objects.filter(kind="customer").order_by("pk").values_list("act", "way", "actor")
    assert list(acts) == [("customer-added", "api", program.owner.pk), ("customer-changed", "api", program.owner.pk)]


def test_a_customer_is_added_once_however_often_the_same_is_sent(program: Program) -> None:
    answers = [program.post("/customers", {"name": "Ogata"}, Idempotency_Key="once") for _ in range(2)]
    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].body == answers[1].body
    assert Customer.objects.count() == 1
    logged = LogEntry.objects.filter(object_id=str(answers[0].body["id"]))
    assert [(entry.user, entry.action_flag) for entry in logged] == [(program.owner, ADDITION)]


def test_mail_addresses_of_strangers_are_neither_told_nor_found_nor_changed(program: Program) -> None:
    other = add("Kimura", mail="kimura@example.com")
    assert program.get(f"/customers/{other.pk}").body["mail"] is None
    assert program.get("/customers?q=kimura%40example").body["items"] == []
    assert [each["id"] for each in program.get("/customers?q=KIM").body["items"]] == [other.pk]
    assert program.ask("PATCH", f"/customers/{other.pk}", {"name": "Taken"}).status == 403
    boss = make_program("Manager", "aoi")
    assert boss.get("/customers?q=kimura%40example").body["items"][0]["mail"] == "kimura@example.com"


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"name": "Ogata"}, 409, "customer-known", "name"),
        ({"name": " "}, 422, "request-fields", "name"),
        ({"name": "New", "mail": "nobody"}, 422, "request-fields", "mail"),
        ({"name": "New", "zone": "Mars/Base"}, 422, "request-fields", "zone"),
        ({"name": "New", "language": "xx"}, 422, "request-fields", "language"),
        ({"name": "New", "note": "?"}, 422, "request-fields", "note"),
        ({"name": "x" * 201}, 422, "request-fields", "name"),
    ],
)
def test_what_cannot_be_added_is_refused_by_its_field(
    program: Program, body: dict[str, str], status: int, code: str, field: str
) -> None:
    add("Ogata")
    refused = program.post("/customers", body)
    assert (refused.status, refused.code) == (status, code)
    assert code == "customer-known" or [error["field"] for error in refused.body["errors"]] == [field]
    assert Customer.objects.count() == 1


def test_the_list_goes_on_where_a_page_ended(program: Program) -> None:
    made = [add(f"Customer {number}") for number in range(3)]
    first = program.get("/customers?limit=2").body
    second = program.get(f"/customers?limit=2&after={first['next']}").body
    assert [each["id"] for each in first["items"] + second["items"]] == [each.pk for each in reversed(made)]
    assert second["next"] is None


def test_a_customer_that_is_not_there_is_a_404(program: Program) -> None:
    assert program.get("/customers/999999").status == 404
    assert program.ask("PATCH", "/customers/999999", {"name": "x"}).status == 404
