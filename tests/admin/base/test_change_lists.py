"""What the address of a staff page may ask for: what the page itself offers, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import cycle
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Field, Model
from django.http import HttpRequest, HttpResponse
from django.test import Client

from links.models import Bucket, Customer, Incident, ShareLink, SigningKey, TimeRequest, Validation, Visit
from links.public import answers
from links.services.people.roles import ROLES
from tests.fixtures import Setup

LOOKUPS = (
    *("", "exact", "iexact", "contains", "icontains", "startswith", "istartswith", "endswith", "iendswith"),
    *("regex", "iregex", "gt", "gte", "lt", "lte", "in", "isnull", "range", "year", "date", "week_day", "length"),
)
LONG_NUMBER = "9" * 5_000
MALFORMED = {
    "5,000 digits": LONG_NUMBER,
    "more than 64 bits": str(2**64),
    "one more than 63 bits": str(2**63),
    "negative": "-1",
    "a NUL": "1\0",
    "letters": "abc",
    "no date": "2026-13-45",
    "a fraction": "1.5",
    "full width": "１２",
    "an overlong text": "x" * 5_000,
}
TakeRole = Callable[[str], Client]


@pytest.fixture
def take_role(db: None) -> TakeRole:
    def sign_in(role: str) -> Client:
        user = User.objects.create_user("mika", is_staff=True, is_superuser=role == "superuser")
        user.groups.set(Group.objects.filter(name=role))
        client = Client(raise_request_exception=False)
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def refused_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most of the time of a refusal is its page's, and the page has tests of its own."""

    def answer(_request: HttpRequest, _name: str, _context: object = None, *, status: int) -> HttpResponse:
        return HttpResponse(status=status)

    monkeypatch.setattr(answers, "render", answer)


@pytest.fixture
def rows(setup: Setup, now: datetime) -> None:
    customer = Customer.objects.create(name="Ogata", mail="ogata@example.com", created_at=now)
    link = setup.create_link(note="a note").link
    ShareLink.objects.filter(pk=link.pk).update(password="pbkdf2_sha256$x", customer=customer)
    Visit.objects.create(link=link, at=now, outcome="served")
    Validation.objects.create(link=link, at=now, verdict="healthy")
    TimeRequest.objects.create(link=link, at=now)
    Incident.objects.create(code="key-unknown", subject="AKIA", verdict="broken", opened_at=now, changed_at=now)


def list_pages() -> list[ModelAdmin[Model]]:
    return [page for model, page in admin.site._registry.items()]


def address_of(page: ModelAdmin[Model]) -> str:
    return f"/admin/{page.opts.app_label}/{page.opts.model_name}/"


def walk_columns(model: type[Model]) -> Iterator[str]:
    """Every column of the model, and of the models that are one step away, forwards and backwards."""
    for field in model._meta.get_fields(include_hidden=True):
        if isinstance(field, Field):
            yield field.name
            yield field.attname
        elif not field.hidden:
            yield field.name
        if field.related_model and isinstance(field.related_model, type):
            yield from (f"{field.name}__{column.name}" for column in field.related_model._meta.concrete_fields)
    yield "pk"


def list_offered(page: ModelAdmin[Model]) -> set[str]:
    """Written down by hand: what the code derives is what is tested."""
    return {
        "links.sharelink": {
            *("state", "delivery", "ends", "opened", "made", "owner", "customer", "incident"),
            *("bucket__id__exact", "bucket__isnull"),
        },
        "links.incident": {"is"},
        "links.visit": {"link", "outcome"},
        "links.validation": {"link"},
        "links.linkmail": {"link"},
        "links.timerequest": {"link"},
        "links.sharepermission": {"person"},
        "links.auditrecord": {"act", "way", "actor", "link", "customer", "bucket", "from", "until"},
        "links.webhookmessage": {"webhook", "state", "event"},
        "auth.user": {
            *("is_active__exact", "is_active__isnull", "is_superuser__exact", "is_superuser__isnull"),
            *("groups__id__exact", "groups__isnull"),
        },
    }.get(page.opts.label_lower, set())


@pytest.mark.parametrize("page", list_pages(), ids=address_of)
def test_no_column_is_a_filter_unless_the_list_offers_it(page: ModelAdmin[Model], take_role: TakeRole) -> None:
    request = take_role("superuser").get(address_of(page)).wsgi_request
    asked = {
        "__".join(filter(None, (column, lookup))) for column in set(walk_columns(page.model)) for lookup in LOOKUPS
    }
    assert len(asked) > 100
    admitted = {name for name in asked if page.lookup_allowed(name, "1", request)}
    assert admitted <= list_offered(page)


@pytest.mark.parametrize("role", [*ROLES, "superuser"])
def test_what_is_not_offered_is_refused_to_every_role(
    role: str, take_role: TakeRole, rows: None, refused_plainly: None
) -> None:
    """Over HTTP each column with one lookup, each lookup with some columns: what is admitted is told above. Roles are
    asked the same question, so each but the superuser is asked of another column of each page."""
    client, entered, turn = take_role(role), 0, list(ROLES).index(role) if role in ROLES else None
    for page in list_pages():
        address, offered = address_of(page), list_offered(page)
        answer = client.get(address)
        if answer.status_code != 200:
            continue
        entered += 1
        columns = sorted(set(walk_columns(page.model)))
        for column, lookup in zip(columns, cycle(LOOKUPS), strict=False):
            name = "__".join(filter(None, (column, lookup)))
            assert name in offered or not page.lookup_allowed(name, "1", answer.wsgi_request)
        local = [column for column in columns if "__" not in column]
        lookups = zip(local, cycle(("gte", "regex", "startswith", "isnull", "in")), strict=False)
        names = [name for column, lookup in lookups if (name := f"{column}__{lookup}") not in offered]
        for name in names if turn is None else [names[turn % len(names)]]:
            assert client.get(address, {name: "1"}).status_code == 400, (address, name)
    assert entered


@pytest.mark.parametrize("page", list_pages(), ids=address_of)
def test_every_filter_that_is_offered_works(page: ModelAdmin[Model], take_role: TakeRole, rows: None) -> None:
    client = take_role("superuser")
    changelist = client.get(address_of(page)).context["cl"]
    queries = [choice["query_string"] for spec in changelist.filter_specs for choice in spec.choices(changelist)]
    assert bool(queries) is bool({name for name in list_offered(page) if name not in ("link", "customer", "incident")})
    for query in queries:
        assert client.get(address_of(page) + query).status_code == 200, query


def test_a_pages_own_lists_of_a_link_of_a_customer_and_of_an_incident_are_narrowed(
    take_role: TakeRole, rows: None, setup: Setup
) -> None:
    client, link = take_role("Manager"), ShareLink.objects.get()
    other = setup.create_link().link
    Visit.objects.create(link=other, at=other.created_at, outcome="served")
    shown = client.get("/admin/links/visit/", {"link": link.pk}).context["cl"].result_list
    assert [visit.link_id for visit in shown] == [link.pk]
    shown = client.get("/admin/links/sharelink/", {"customer": str(link.customer_id)}).context["cl"].result_list
    assert [each.pk for each in shown] == [link.pk]


@pytest.mark.parametrize("malformed", MALFORMED)
def test_a_malformed_value_of_what_is_offered_is_refused(
    malformed: str, take_role: TakeRole, rows: None, refused_plainly: None
) -> None:
    client, value = take_role("superuser"), MALFORMED[malformed]
    for page in list_pages():
        for name in (*list_offered(page), "p", "o"):
            if (name, malformed) in {("o", "negative"), ("o", "a fraction")} or name.endswith("__isnull"):
                continue
            answer = client.get(address_of(page), {name: value})
            assert answer.status_code == 400, (address_of(page), name, answer.status_code)


NAMES = (
    *("bucket", "prefix", "token", "object_key", "links", "visits", "back", "next", "lang", "groups", "starts_at"),
    *("term", "app_label", "model_name", "field_name", "page", "download_limit", "delivery", "remind_days", "customer"),
    *("copy", "p", "o", "q", "e", "all", "_popup", "_facets", "_changelist_filters"),
)
LIST_NAMES = ("q", "e", "all", "_popup", "_to_field", "_facets", "_changelist_filters")


def test_only_staff_and_roles_are_deleted_in_bulk(take_role: TakeRole, rows: None) -> None:
    client = take_role("superuser")
    for page in list_pages():
        actions = page.get_actions(client.get(address_of(page)).wsgi_request)
        assert ("delete_selected" in actions) is (page.model in (User, Group)), page.model


@pytest.mark.parametrize("malformed", ["5,000 digits", "a NUL"])
def test_no_malformed_value_anywhere_is_an_error_of_ours(malformed: str, take_role: TakeRole, rows: None) -> None:
    client, value = take_role("superuser"), MALFORMED[malformed]
    extra = ("sharelink/browse", "sharelink/customers", "sharelink/watch", "sharelink/watch/many", "doctor")
    pages = [*(f"/admin/links/{page}/" for page in extra), "/admin/autocomplete/", "/admin/login/", "/admin/jsi18n/"]
    for page in list_pages():
        pages.append(f"{address_of(page)}add/")
        row = page.model._default_manager.first()
        if row is not None:
            pages += [f"{address_of(page)}{row.pk}/{kind}/" for kind in ("change", "history")]
        for name in LIST_NAMES:
            assert client.get(address_of(page), {name: value}).status_code < 500, (address_of(page), name)
    for address in pages:
        for entered in (dict.fromkeys(NAMES, value), {"_to_field": "logentry"}):
            assert client.get(address, entered).status_code < 500, (address, entered)


def test_a_malformed_number_of_a_row_is_not_found(take_role: TakeRole, rows: None) -> None:
    client, refusals = take_role("superuser"), (301, 302, 400, 403, 404, 405)
    numbers = cycle((*(quote(value, safe="") for value in MALFORMED.values()), "_00", "_FF_FE", "%ED%A0%80"))
    for page in list_pages():
        routes = {str(route.pattern).removeprefix("<path:object_id>/") for route in page.get_urls() if route.name}
        kinds = [kind for kind in sorted(routes) if f"<path:object_id>/{kind}" in map(str, _patterns(page))]
        for kind, number in zip(kinds * 2, numbers, strict=False):
            address = f"{address_of(page)}{number}/{kind}"
            answer = client.get(address) if kind == "change/" else client.post(address)
            assert answer.status_code in refusals, address[:200]
    for value in MALFORMED.values():
        for kind in ("r", "r/1"):
            assert client.get(f"/admin/{kind}/{quote(value, safe='')}/").status_code in refusals


def test_a_row_has_no_second_address_in_full_width_digits(take_role: TakeRole) -> None:
    client, rows = take_role("superuser"), User.objects.order_by("pk")
    number = rows[0].pk
    assert client.get(f"/admin/auth/user/{number}/change/").status_code == 200
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    for kind in ("change", "delete", "history"):
        assert client.get(f"/admin/auth/user/{quote(full_width)}/{kind}/").status_code in (302, 404)


def _patterns(page: ModelAdmin[Model]) -> list[str]:
    return [str(route.pattern) for route in page.get_urls()]


@pytest.mark.parametrize("malformed", ["5,000 digits", "more than 64 bits", "a NUL", "letters"])
def test_rows_that_are_chosen_by_malformed_numbers_are_refused(
    malformed: str, take_role: TakeRole, rows: None, refused_plainly: None
) -> None:
    client = take_role("superuser")
    for page in list_pages():
        actions = page.get_actions(client.get(address_of(page)).wsgi_request)
        for action in actions:
            entered = {"action": action, "_selected_action": ["1", MALFORMED[malformed]]}
            assert client.post(address_of(page), entered).status_code == 400, (address_of(page), action)


def test_a_list_is_sorted_by_what_it_lets_be_sorted_and_nothing_else(take_role: TakeRole, now: datetime) -> None:
    """Sorted by an address that is not shown, a list would tell it."""
    for name, mail in (("A", "z@example.com"), ("B", "y@example.com"), ("C", "x@example.com")):
        Customer.objects.create(name=name, mail=mail, created_at=now)
    client = take_role("Link maker")
    usual = list(client.get("/admin/links/customer/").context["cl"].result_list)
    for column in range(8):
        for sign in ("", "-"):
            page = client.get("/admin/links/customer/", {"o": f"{sign}{column}"})
            assert list(page.context["cl"].result_list) == usual
    assert client.get("/admin/links/customer/", {"o": ".".join(["1"] * 500)}).status_code == 400


def test_a_list_that_may_be_sorted_still_is(take_role: TakeRole, rows: None, now: datetime) -> None:
    for name in ("a", "c", "b"):
        Bucket.objects.create(
            name=name, key=SigningKey.objects.get(), endpoint=f"https://{name}.example", created_at=now
        )
    client = take_role("Key keeper")
    shown = client.get("/admin/links/bucket/", {"o": "-1"}).context["cl"].result_list
    assert [bucket.name for bucket in shown] == ["files", "c", "b", "a"]


def test_only_the_pages_that_offer_names_while_somebody_types_are_answered(take_role: TakeRole, rows: None) -> None:
    client = take_role("Link maker")
    for field in ("customer", "bucket", "owner", "rescued_by"):
        asked = {"app_label": "links", "model_name": "sharelink", "field_name": field, "term": "ogata@"}
        assert client.get("/admin/autocomplete/", asked).status_code == 404, field


def test_a_page_of_the_list_that_is_not_there_any_more_shows_the_last(take_role: TakeRole, now: datetime) -> None:
    Customer.objects.bulk_create([Customer(name=f"{number:03}", created_at=now) for number in range(150)])
    client = take_role("Manager")
    shown = client.get("/admin/links/customer/", {"p": "40"}).context["cl"].result_list
    assert [customer.name for customer in shown] == [f"{number:03}" for number in range(100, 150)]


@pytest.mark.parametrize(
    "query", ["nobody__knows=1", "bucket__key__secret__startswith=x", "a%0Ab__c=1", "o=x", "%00=1"]
)
def test_a_strange_address_is_one_line_in_the_log_and_leads_back(
    query: str, take_role: TakeRole, caplog: pytest.LogCaptureFixture
) -> None:
    page = take_role("superuser").get(f"/admin/links/sharelink/?{query}")
    assert page.status_code == 400
    assert 'href="/admin/"' in page.content.decode()
    (record,) = (record for record in caplog.records if record.name.startswith("django"))
    assert (record.levelname, record.exc_info, record.exc_text) == ("WARNING", None, None)
    assert len(record.getMessage().splitlines()) == 1


def test_a_host_that_is_not_ours_is_one_line_in_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    page = client.get("/admin/", headers={"Host": "elsewhere.example"})
    assert page.status_code == 400
    (record,) = (record for record in caplog.records if record.name.startswith("django"))
    assert (record.levelname, record.exc_info, record.exc_text) == ("WARNING", None, None)
    assert len(record.getMessage().splitlines()) == 1
