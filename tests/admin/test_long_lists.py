"""However many rows there are, a page asks the database as often, and no list sorts all of them to show the first."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from links.models import (
    Customer,
    Incident,
    IncidentLink,
    IncidentNotice,
    LinkMail,
    ShareLink,
    TimeRequest,
    Validation,
    Visit,
)
from links.queries.link_state import LinkState
from tests.environment import ON_POSTGRES
from tests.fixtures import OBJECT, Setup

ADMIN = "/admin/links"
FIRST = 1
OURS = ("sharelink", "incident", "timerequest", "customer", "bucket", "signingkey")
HISTORIES = ("visit", "linkmail", "incidentnotice", "validation")
LISTS = tuple(f"{ADMIN}/{name}/" for name in (*OURS, *HISTORIES))
SEARCHES = tuple(f"{ADMIN}/{name}/?q=e" for name in ("sharelink", "customer", "incident"))
NARROWED = (
    *(f"{ADMIN}/sharelink/?{query}" for query in ("owner=me", "opened=never", "delivery=stable", "customer=1")),
    *(f"{ADMIN}/sharelink/?{query}" for query in ("made=7", "ends=1", "ends=7", "ends=30", "ends=later")),
    *(f"{ADMIN}/sharelink/?state={state}" for state in LinkState),
    *(f"{ADMIN}/sharelink/?o={column}" for column in ("2", "-2")),
    *(f"{ADMIN}/incident/?is={state}" for state in ("open", "resolved")),
    *SEARCHES,
)
PAGES = (
    *("/admin/", f"{ADMIN}/sharelink/add/", f"{ADMIN}/sharelink/browse/", f"{ADMIN}/sharelink/{FIRST}/change/"),
    *(f"{ADMIN}/sharelink/{FIRST}/{page}/" for page in ("edit", "end", "owner", "revoke", "history")),
    *(f"{ADMIN}/customer/{FIRST}/{page}/" for page in ("change", "print", "edit")),
    *(f"{ADMIN}/{name}/{FIRST}/change/" for name in ("incident", "timerequest", "bucket", "signingkey")),
)

GROWING = tuple(
    f'FROM "{model._meta.db_table}"'
    for model in (ShareLink, Incident, IncidentNotice, TimeRequest, Customer, Visit, LinkMail, Validation)
)
IS_OPEN = 'WHERE "links_incident"."resolved_at" IS NULL'

Add = Callable[[int], None]


@pytest.fixture
def add(setup: Setup, now: datetime) -> Add:
    """So many more of everything, all of it about the first: link, customer, incident."""
    first = setup.create_link().link
    shown = {"link": first, "at": now}
    customer = Customer.objects.create(name="ACME", created_at=now)
    incident = add_incident(now, "first")
    asked = TimeRequest.objects.create(**shown)
    assert {first.pk, customer.pk, incident.pk, asked.pk} == {FIRST}
    IncidentLink.objects.create(incident=incident, link=first, since=now)

    def add(count: int) -> None:
        links = add_links(setup, customer, now, count)
        Customer.objects.bulk_create(Customer(name=f"Customer {n}", created_at=now) for n in range(count))
        Visit.objects.bulk_create(Visit(**shown, outcome="served") for _ in range(count))
        Validation.objects.bulk_create(Validation(**shown, verdict="healthy") for _ in range(count))
        LinkMail.objects.bulk_create(LinkMail(link=first, kind="ending", created_at=now) for _ in range(count))
        IncidentLink.objects.bulk_create(IncidentLink(incident=incident, link=link, since=now) for link in links)
        TimeRequest.objects.bulk_create(TimeRequest(link=link, at=now) for link in links)
        for _ in range(count):
            add_incident(now, f"report {Incident.objects.count()}")

    return add


def add_links(setup: Setup, customer: Customer, now: datetime, count: int) -> list[ShareLink]:
    ends = {"asked_until": now + timedelta(days=9), "promised_until": now + timedelta(days=9)}
    kept = {"bucket": setup.bucket, "customer": customer, "object_key": OBJECT, "delivery": "stable", "created_at": now}
    return ShareLink.objects.bulk_create(ShareLink(**kept, **ends, verdict="broken") for _ in range(count))


def add_incident(now: datetime, subject: str) -> Incident:
    incident = Incident.objects.create(
        code="object-missing", subject=subject, verdict="broken", opened_at=now, changed_at=now
    )
    IncidentNotice.objects.create(incident=incident, kind="opened", channel="mail", created_at=now)
    return incident


def ask(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200, address
    return [query["sql"] for query in asked]


@pytest.mark.django_db(reset_sequences=True, transaction=True)
def test_every_page_asks_the_database_no_more_often_with_more_to_show(admin_client: Client, add: Add) -> None:
    add(3)
    ask(admin_client, "/admin/")  # the first page of a session remembers how its reader reads
    ContentType.objects.get_for_model(ShareLink)  # which a history asks for once in a process
    few = {address: len(ask(admin_client, address)) for address in (*LISTS, *SEARCHES, *PAGES)}
    add(60)
    assert {address: len(ask(admin_client, address)) for address in (*LISTS, *SEARCHES, *PAGES)} == few
    assert max(few.values()) <= 20


@pytest.fixture
def unsorted(db: None) -> Iterator[None]:
    """The planner sorts, and reads a whole table, only where no index gives the order: few rows would tell nothing."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off")
        yield


@pytest.mark.skipif(not ON_POSTGRES, reason="asks PostgreSQL's planner")
@pytest.mark.usefixtures("unsorted")
def test_no_page_sorts_all_that_there_is_to_show_the_first(admin_client: Client) -> None:
    Customer.objects.create(pk=FIRST, name="ACME", created_at=timezone.now())
    sorting = {address: list(filter(sorts, ask(admin_client, address))) for address in (*LISTS, *NARROWED, "/admin/")}
    assert {address: queries for address, queries in sorting.items() if queries} == {}


def sorts(query: str) -> bool:
    """Whether this query, which shows the first rows of a table that grows, would sort them all. Open incidents are
    few, and shown by their gravity."""
    if "ORDER BY" not in query or not any(table in query for table in GROWING) or IS_OPEN in query:
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {query}")
        return any("Sort " in line.replace("Incremental Sort", "") for (line,) in cursor.fetchall())
