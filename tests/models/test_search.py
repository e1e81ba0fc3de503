"""A part of a text is found wherever it stands; on PostgreSQL by an index."""

import random
from datetime import datetime, timedelta
from functools import reduce
from importlib import import_module
from operator import and_

import pytest
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from links.domain.promise.terms import TERMS
from links.domain.sharing import EVERYTHING
from links.domain.viewers import OPERATOR
from links.models import Customer, Incident, LinkText, ShareLink, search
from links.models.search import hold
from links.queries.link_search import MAX_WORDS, match
from links.services.link_terms import Terms
from links.services.links import changes
from links.services.pasted import watch_many
from links.services.people import customers
from tests.environment import ON_POSTGRES
from tests.fixtures import Setup

on_postgres = pytest.mark.skipif(not ON_POSTGRES, reason="kept and indexed on PostgreSQL only")
SPOKEN = ("object_key", "title", "filename", "note", "slug", "reference")
MIGRATIONS = ("0002_search",)  # that write the searched texts, in their order
NAMES = (*SPOKEN, "customer__name", "customer__mail")
# Letters without capitals, with several, of several widths; what queries, patterns and quotes are made of; no letter.
LETTERS = [*"aAbBßıİσςΣﬁ図面仕ｶカガＡａ0123", *"'\"\\%_&|!:*()<>-./ \n", "😀", "e\u0301", "é"]


@pytest.fixture(params=["rare", "common"])
def density(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the index, whatever it finds; or row by row."""
    monkeypatch.setattr(search, "COMMON", search.NEWEST if request.param == "rare" else -1)


def write(chance: random.Random, length: int) -> str:
    return "".join(chance.choices(LETTERS, k=chance.randrange(length + 1)))


def add_customers(chance: random.Random, now: datetime) -> list[Customer]:
    rows = (Customer(name=write(chance, 20) or "x", mail=write(chance, 12), created_at=now) for _ in range(12))
    return Customer.objects.bulk_create(rows)


def draft(now: datetime, **said: object) -> ShareLink:
    return ShareLink(delivery="stable", asked_until=now, promised_until=now, created_at=now, **said)


def add_links(chance: random.Random, now: datetime) -> list[ShareLink]:
    known = add_customers(chance, now)
    return ShareLink.objects.bulk_create(
        draft(
            now,
            object_key=write(chance, 40),
            title=write(chance, 15),
            filename=write(chance, 10),
            note=write(chance, 60),
            reference=write(chance, 8),
            slug=f"{number}{write(chance, 8)}" if number % 3 == 0 else None,
            customer=chance.choice([*known, None]),
        )
        for number in range(40)
    )


def pick(chance: random.Random, said: list[str]) -> str:
    """Some part of what was said, in other capitals now and then; or what nobody may have said."""
    text = chance.choice(said)
    first = chance.randrange(len(text))
    part = text[first : first + chance.choice([1, 1, 2, 2, 3, 4, 5, 9, 60])]
    return chance.choice([part, part, part.upper(), part.lower(), part[::-1]])


def keys_of(rows: QuerySet[ShareLink] | QuerySet[Customer] | QuerySet[Incident]) -> list[int]:
    return sorted(rows.values_list("pk", flat=True))


def contain(text: str, names: tuple[str, ...]) -> Q:
    found = Q()
    for name in names:
        found |= Q(**{f"{name}__icontains": text})
    return found


@pytest.mark.slow
@pytest.mark.usefixtures("density")
def test_whatever_a_comparison_of_each_text_finds_is_found_and_nothing_else(db: None, now: datetime) -> None:
    chance = random.Random(7)
    add_links(chance, now)
    said = [text for row in ShareLink.objects.values_list(*NAMES) for text in row if text]
    for sought in {pick(chance, said).strip() for _ in range(300)} - {""}:
        number = Q(pk=int(sought)) if sought.isascii() and sought.isdigit() else Q(pk__in=[])
        words = sought.split() if len(sought.split()) <= MAX_WORDS else [sought]
        each = reduce(and_, [contain(word, NAMES) for word in words])
        expected = ShareLink.objects.filter(contain(sought, NAMES) | each | number)
        assert keys_of(ShareLink.objects.filter(match(sought))) == keys_of(expected), sought


@pytest.mark.usefixtures("density")
def test_customers_and_incidents_are_found_as_by_a_comparison(db: None, now: datetime) -> None:
    chance = random.Random(8)
    said = [text for one in add_customers(chance, now) for text in (one.name, one.mail) if text]
    opened = {"verdict": "broken", "opened_at": now, "changed_at": now}
    Incident.objects.bulk_create(Incident(code=f"code-{n}", subject=text, **opened) for n, text in enumerate(said))
    for sought in {"", "code-1", *(pick(chance, said) for _ in range(100))}:
        by_name = Customer.objects.filter(contain(sought, ("name", "mail")))
        assert keys_of(Customer.objects.filter(hold(Customer, sought))) == keys_of(by_name), sought
        by_cause = Incident.objects.filter(contain(sought, ("subject", "code")))
        assert keys_of(Incident.objects.filter(hold(Incident, sought))) == keys_of(by_cause), sought


@pytest.mark.usefixtures("density")
def test_a_text_of_any_length_is_looked_through_to_its_end(db: None, now: datetime) -> None:
    long = draft(now, note=f"{'あいうえお' * 40_000}the end")
    ShareLink.objects.bulk_create([long, draft(now, note="the beginning")])
    assert keys_of(ShareLink.objects.filter(match("THE END"))) == [long.pk]
    assert keys_of(ShareLink.objects.filter(match("おあ" + "いうえおあ" * 100))) == [long.pk]


# What is kept of links ------------------------------------------------------------------------------------------


def test_what_is_searched_is_what_is_kept() -> None:
    """A term that is searched belongs into the trigger, and so into a migration."""
    assert set(SPOKEN) == {"object_key", *(term.name for term in TERMS if term.is_searched)}


def kept() -> dict[int, str]:
    return dict(LinkText.objects.values_list("link", "spoken"))


def said_now(names: tuple[str, ...] = SPOKEN) -> dict[int, str]:
    rows = ShareLink.objects.values_list("pk", *names)
    return {pk: "\n".join(text for text in said if text is not None) for pk, *said in rows}


@on_postgres
def test_whatever_changes_a_links_texts_changes_what_is_kept_of_them(setup: Setup, now: datetime) -> None:
    def changed(before: list[dict[int, str]] = [{}]) -> bool:  # noqa: B006  remembers
        assert kept() == said_now()
        is_new, before[0] = before[0] != kept(), kept()
        return is_new

    link = setup.create_link(note="for the fair", filename="stand.pdf").link
    assert changed()
    changes.change_terms(link, Terms(title="図面", note="for the fair"), EVERYTHING, now)
    assert changed()
    for name in SPOKEN:
        ShareLink.objects.filter(pk=link.pk).update(**{name: f"another-{name}"})
        assert changed(), name
    link.refresh_from_db()
    link.note = "nobody's"
    link.save()
    assert changed()
    url = setup.s3.presigner(setup.access_key, setup.stored).v4("a.pdf", expires=600)
    watch_many.watch_many(
        [url],
        timezone.now() + timedelta(days=1),
        note="theirs",
        now=timezone.now(),
        scope=EVERYTHING,
        owner=OPERATOR,
    )
    assert changed()
    ShareLink.objects.all().delete()
    assert changed()


@on_postgres
def test_neither_a_click_nor_a_validation_writes_what_is_kept(setup: Setup, now: datetime) -> None:
    link = setup.create_link().link
    LinkText.objects.update(spoken="as it was")
    ShareLink.objects.filter(pk=link.pk).update(visit_count=1, visited_at=now, verdict="healthy", due_at=now)
    assert LinkText.objects.get().spoken == "as it was"


def test_a_customers_links_are_found_by_what_the_customer_is_called_now(db: None, now: datetime) -> None:
    acme = customers.save(Customer(name="ACME", mail="a@acme.example", created_at=now))
    [link] = ShareLink.objects.bulk_create([draft(now, customer=acme)])
    acme.name, acme.mail = "日本グローベックス", "b@globex.example"
    customers.save(acme)
    for called in ("グロー", "B@globex"):
        assert keys_of(ShareLink.objects.filter(match(called))) == [link.pk]
    assert keys_of(ShareLink.objects.filter(match("acme"))) == []


@on_postgres
def test_links_that_were_there_before_are_found(transactional_db: None, now: datetime) -> None:
    add_links(random.Random(9), now)
    first, *later = (import_module(f"links.migrations.{name}") for name in MIGRATIONS)
    with connection.schema_editor() as editor:
        first.remove(None, editor)
    assert not LinkText.objects.exists()
    for migration in (first, *later):
        with connection.schema_editor() as editor:
            migration.add(None, editor)
    assert kept() == said_now()


# The planner ----------------------------------------------------------------------------------------------------


def explain(rows: QuerySet[ShareLink] | QuerySet[Customer] | QuerySet[Incident]) -> str:
    return rows.explain()


@on_postgres
def test_what_is_rare_is_found_by_an_index(db: None, now: datetime) -> None:
    ShareLink.objects.bulk_create(draft(now, object_key=f"{n}.pdf") for n in range(1_000))
    Customer.objects.bulk_create(Customer(name=f"{n} Ltd.", created_at=now) for n in range(1_000))
    opened = {"verdict": "broken", "opened_at": now, "changed_at": now}
    Incident.objects.bulk_create(Incident(code="x", subject=f"{n}", **opened) for n in range(1_000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for text in ("図", "図面", "report-12", "12345", "it's \\ %"):
        assert "links_linktext_grams" in explain(ShareLink.objects.filter(match(text))[:100]), text
        assert "links_customer_grams" in explain(Customer.objects.filter(hold(Customer, text))[:100]), text
        assert "links_incident_grams" in explain(Incident.objects.filter(hold(Incident, text))[:100]), text


@on_postgres
def test_of_what_is_common_no_index_names_every_row(db: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "COMMON", 5)
    ShareLink.objects.bulk_create(draft(now, object_key=f"{n}.pdf") for n in range(6))
    assert "linktext_grams" not in explain(ShareLink.objects.filter(match("PDF")))
    ShareLink.objects.all()[:1].get().delete()
    assert "linktext_grams" in explain(ShareLink.objects.filter(match("PDF")))
