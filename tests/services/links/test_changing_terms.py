"""A link's terms, changed after it was made."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.request import urlopen

import pytest
from django.contrib.auth.hashers import check_password
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from links.domain.errors import Refused
from links.domain.sharing import EVERYTHING
from links.domain.viewers import OPERATOR
from links.models import AuditDetail, AuditRecord, Customer, ShareLink
from links.queries import own_urls
from links.services.audit.erasing import erase_customer_details
from links.services.link_terms import Terms
from links.services.links import changes
from links.services.people import customers
from links.services.visits import clicks
from tests.fixtures import CONTENT, World, fetch
from tests.services.links.changing import DAY, change_end, follow, read_again, refusal_of


def test_terms_are_changed(world: World) -> None:
    link, customer = world.create_link().link, Customer.objects.create(name="Ogata", created_at=world.clock())
    terms = Terms(
        title="Annual report",
        filename="年次.pdf",
        slug="annual-report",
        customer=customer,
        note="for Anna",
        password="öffne dich",
        download_limit=3,
        starts_at=world.clock() + DAY,
        remind_days=2,
        notify_downloads=True,
    )
    changes.change_terms(link, terms, EVERYTHING, world.clock())
    kept = read_again(link)
    assert (kept.title, kept.customer, kept.note) == ("Annual report", customer, "for Anna")
    assert (kept.filename, kept.slug, kept.is_public) == ("年次.pdf", "annual-report", False)
    assert (kept.download_limit, kept.starts_at, kept.notify_downloads) == (3, terms.starts_at, True)
    assert check_password("öffne dich", kept.password)
    assert "öffne" not in kept.password
    assert "öffne" not in repr(terms)


def test_a_password_is_kept_replaced_and_taken_away(world: World) -> None:
    link = world.create_link().link
    changes.change_terms(link, Terms(password="the first"), EVERYTHING, world.clock())
    changes.change_terms(link, Terms(title="other"), EVERYTHING, world.clock())
    assert check_password("the first", read_again(link).password)
    changes.change_terms(link, Terms(password="the second"), EVERYTHING, world.clock())
    assert check_password("the second", read_again(link).password)
    changes.change_terms(link, Terms(password=""), EVERYTHING, world.clock())
    assert read_again(link).password == ""


@pytest.mark.parametrize(
    ("row", "terms", "code"),
    [
        ({"visit_count": 3}, {"download_limit": 3}, "limit-used"),
        ({}, {"starts_at": datetime(2099, 1, 1, tzinfo=UTC)}, "starts-after-end"),
        ({"slug": "annual", "password": "x"}, {"slug": "annual", "password": ""}, "slug-needs-password"),
        ({"slug": "annual", "is_public": True}, {"slug": "annual"}, "slug-unprotected"),
        ({}, {"slug": "annual"}, "slug-unprotected"),
        ({"password": "x"}, {"slug": "no/address"}, "slug-malformed"),
        ({"delivery": "presigned"}, {"slug": "annual", "is_public": True}, "terms-need-stable"),
        ({}, {"remind_days": 30}, "remind-past"),
        ({"delivery": "presigned"}, {"password": "long enough"}, "terms-need-stable"),
        ({"delivery": "foreign"}, {"download_limit": 3}, "terms-need-stable"),
    ],
)
def test_terms_that_cannot_be_are_refused_and_nothing_is_written(
    world: World, row: dict[str, Any], terms: dict[str, Any], code: str
) -> None:
    link = world.create_link(lifetime="30 days").link
    ShareLink.objects.update(**row)
    link.refresh_from_db()
    assert (
        refusal_of(lambda: changes.change_terms(link, Terms(title="other", **terms), EVERYTHING, world.clock())) == code
    )
    assert read_again(link).title == ""


def test_the_password_of_a_public_slug_may_go(world: World) -> None:
    link = world.create_link().link
    ShareLink.objects.update(slug="annual", is_public=True, password="x")
    link.refresh_from_db()
    changes.change_terms(link, Terms(slug="annual", is_public=True, password=""), EVERYTHING, world.clock())
    assert (read_again(link).password, read_again(link).slug) == ("", "annual")


def test_a_link_gets_an_address_another_one_and_its_random_one_again(world: World) -> None:
    new_link = world.create_link()

    def find_all() -> dict[str, int | None]:
        found = {slug: clicks.find_by_slug(slug) for slug in ("annual", "yearly")}
        return {slug: link.pk if link else None for slug, link in found.items()}

    for slug in ("annual", "yearly"):
        changes.change_terms(new_link.link, Terms(slug=slug, is_public=True), EVERYTHING, world.clock())
        assert own_urls.reveal_url(new_link.link).endswith(f"/f/{slug}")
        assert find_all() == {"annual": None, "yearly": None} | {slug: new_link.link.pk}
    assert fetch(follow(world, new_link).url) == CONTENT
    changes.change_terms(new_link.link, Terms(), EVERYTHING, world.clock())
    assert own_urls.reveal_url(new_link.link) == new_link.url
    assert find_all() == {"annual": None, "yearly": None}


def test_an_address_that_another_link_has_is_refused(world: World) -> None:
    first, second = world.create_link().link, world.create_link().link
    public = Terms(slug="annual", is_public=True)
    changes.change_terms(first, public, EVERYTHING, world.clock())
    assert refusal_of(lambda: changes.change_terms(second, public, EVERYTHING, world.clock())) == "slug-taken"
    assert read_again(second).slug is None


def test_an_address_is_not_unlocked_by_two_at_once(world: World) -> None:
    link = world.create_link().link
    changes.change_terms(link, Terms(password="the first"), EVERYTHING, world.clock())
    stale = read_again(link)
    changes.change_terms(link, Terms(password=""), EVERYTHING, world.clock())
    assert (
        refusal_of(lambda: changes.change_terms(stale, Terms(slug="annual"), EVERYTHING, world.clock()))
        == "link-changed"
    )
    assert read_again(link).slug is None


def test_the_file_is_saved_under_a_new_name_and_under_its_own_again(world: World) -> None:
    new_link = world.create_link()
    for filename, saved in (("年次.pdf", "%E5%B9%B4%E6%AC%A1.pdf"), ("", "report.pdf")):
        changes.change_terms(new_link.link, Terms(filename=filename), EVERYTHING, world.clock())
        with urlopen(follow(world, new_link).url) as download:
            assert saved in download.headers["Content-Disposition"]


def test_the_name_in_a_signed_url_stays(world: World) -> None:
    link = world.presign().link
    changes.change_terms(link, Terms(filename="other.pdf"), EVERYTHING, world.clock())
    assert read_again(link).filename == "report.pdf"


def test_a_password_is_as_long_as_the_one_that_a_link_is_made_with(world: World) -> None:
    link = world.create_link().link
    assert refusal_of(lambda: changes.change_terms(link, Terms(password="7 chars"), EVERYTHING, world.clock())) == (
        "password-too-short"
    )
    assert read_again(link).password == ""


def test_what_is_over_can_still_be_given_a_name(world: World) -> None:
    """Only what is new about the terms is judged: a limit that is used up, or a beginning, may stay as it is."""
    link = world.create_link().link
    begun = world.clock() - DAY
    ShareLink.objects.update(download_limit=3, visit_count=3, starts_at=begun, promised_until=begun)
    link.refresh_from_db()
    changes.change_terms(link, Terms(title="Plan", download_limit=3, starts_at=begun), EVERYTHING, world.clock())
    kept = read_again(link)
    assert (kept.title, kept.download_limit, kept.starts_at) == ("Plan", 3, begun)


def test_a_limit_that_somebody_changed_meanwhile_is_not_put_back(world: World) -> None:
    link = world.create_link().link
    changes.change_terms(link, Terms(download_limit=5), EVERYTHING, world.clock())
    stale = read_again(link)
    changes.change_terms(link, Terms(download_limit=1), EVERYTHING, world.clock())
    changes.change_terms(stale, Terms(note="x", download_limit=5), EVERYTHING, world.clock())
    kept = read_again(link)
    assert (kept.note, kept.download_limit) == ("x", 1)


BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ({"title": "Plan"}, {"title": "Report"}),
        ({"note": "for Anna"}, {"note": "for Ken"}),
        ({"download_limit": 1}, {"download_limit": 5}),
        ({"starts_at": datetime.now(UTC) + DAY}, {"starts_at": datetime.now(UTC) + 2 * DAY}),
        ({"remind_days": 2}, {"remind_days": 3}),
        ({"filename": "theirs.pdf"}, {"filename": "ours.pdf"}),
        ({"password": "the first"}, {"password": "the second"}),
    ],
)
def test_of_two_who_change_the_same_term_the_second_is_told(
    world: World, theirs: dict[str, Any], ours: dict[str, Any]
) -> None:
    link = world.create_link().link
    stale = read_again(link)
    changes.change_terms(link, Terms(**theirs), EVERYTHING, world.clock())
    written = read_again(link)
    assert refusal_of(lambda: changes.change_terms(stale, Terms(**ours), EVERYTHING, world.clock())) == "link-changed"
    (name,) = theirs
    assert getattr(read_again(link), name) == getattr(written, name)


def test_two_who_change_different_terms_both_get_what_they_want(world: World) -> None:
    first, second = (read_again(link) for link in [world.create_link().link] * 2)
    customer = Customer.objects.create(name="Ogata", created_at=world.clock())
    changes.change_terms(first, Terms(title="Plan", customer=customer), EVERYTHING, world.clock())
    changes.change_terms(second, Terms(note="for Anna", password="the second"), EVERYTHING, world.clock())
    kept = read_again(first)
    assert (kept.title, kept.customer, kept.note) == ("Plan", customer, "for Anna")
    assert check_password("the second", kept.password)


def test_whom_a_link_was_for_and_whom_it_is_for_are_told_apart(world: World) -> None:
    """Each customer's name stands beside a record about them alone: whoever is erased takes no other's along, and
    leaves nothing."""
    link = world.create_link().link
    mika, ogata = (Customer.objects.create(name=name, created_at=world.clock()) for name in ("Mika", "Ogata"))
    for customer, note in ((mika, "for Mika"), (ogata, "for Ogata"), (mika, "Mika again"), (None, "nobody's")):
        terms = Terms(customer=customer, note=note, title=note, download_limit=5 + len(note))
        changes.change_terms(link, terms, EVERYTHING, world.clock())
        link = read_again(link)
    told = AuditDetail.objects.filter(kind="personal", record__act="link-terms-changed")
    about = {
        customer: "".join(told.filter(customer=customer.pk).values_list("text", flat=True))
        for customer in (mika, ogata)
    }
    assert "Mika" in about[mika]
    assert "Ogata" not in about[mika]
    assert "Ogata" in about[ogata]
    assert "Mika" not in about[ogata]
    erase_customer_details(ogata.pk)
    assert "Ogata" not in str(AuditDetail.objects.values_list("text"))
    assert "Mika" in str(AuditDetail.objects.values_list("text"))
    erase_customer_details(mika.pk)
    assert "Mika" not in str(AuditDetail.objects.values_list("text"))
    limits = [
        json.loads(row.values)["after"].get("download_limit")
        for row in AuditRecord.objects.filter(act="link-terms-changed").order_by("pk")
    ]
    assert [limit for limit in limits if limit] == [13, 14, 15, 13]  # told once of each change


def build_customer(world: World) -> Customer:
    return customers.find_or_build("Ogata", world.clock(), OPERATOR)


def test_a_new_customer_is_added_with_the_terms_that_name_them(world: World) -> None:
    link = world.create_link().link
    changes.change_terms(link, Terms(title="Plan", customer=build_customer(world)), EVERYTHING, world.clock())
    assert read_again(link).customer == Customer.objects.get(name="Ogata")


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"slug": "taken", "is_public": True}, "slug-taken"),
        ({"title": "Plan"}, "link-changed"),
        ({"password": "Ogata2026"}, "password-own-words"),
        ({"starts_at": datetime(2099, 1, 1, tzinfo=UTC)}, "starts-after-end"),
    ],
)
def test_terms_that_are_refused_leave_no_new_customer_behind(world: World, terms: dict[str, Any], code: str) -> None:
    stale, other = world.create_link().link, world.create_link().link
    ShareLink.objects.filter(pk=other.pk).update(slug="taken")
    ShareLink.objects.filter(pk=stale.pk).update(title="of a colleague")
    named = Terms(customer=build_customer(world), **terms)
    assert refusal_of(lambda: changes.change_terms(stale, named, EVERYTHING, world.clock())) == code
    assert not Customer.objects.exists()
    assert read_again(stale).customer is None


def test_a_beginning_that_was_decided_upon_another_end_is_refused(world: World) -> None:
    link = world.create_link(lifetime="30 days").link
    stale = read_again(link)
    change_end(world, link, "10 days")
    begins_late = Terms(starts_at=world.clock() + 20 * DAY)
    assert refusal_of(lambda: changes.change_terms(stale, begins_late, EVERYTHING, world.clock())) == "link-changed"
    assert read_again(link).starts_at is None


def test_a_used_up_link_is_allowed_exactly_one_download_more(world: World) -> None:
    link = world.create_link().link
    assert changes.allow_another_download(link, world.clock()) is False
    ShareLink.objects.update(download_limit=2, visit_count=1)
    assert changes.allow_another_download(link, world.clock()) is False
    ShareLink.objects.update(visit_count=2)
    assert changes.allow_another_download(link, world.clock()) is True
    assert (link.download_limit, link.downloads_left) == (3, 1)
    assert changes.allow_another_download(link, world.clock()) is False


def test_a_download_that_comes_between_counts(world: World) -> None:
    new_link = world.create_link()
    stale = read_again(new_link.link)
    follow(world, new_link)
    with pytest.raises(Refused):
        changes.change_terms(stale, Terms(download_limit=1), EVERYTHING, world.clock())
    assert read_again(stale).download_limit is None


def test_a_note_may_be_written_while_customers_download(world: World) -> None:
    new_link = world.create_link()
    changes.change_terms(new_link.link, Terms(download_limit=2), EVERYTHING, world.clock())
    stale = read_again(new_link.link)
    ShareLink.objects.update(visit_count=2)
    changes.change_terms(stale, Terms(note="done", download_limit=2), EVERYTHING, world.clock())
    assert read_again(stale).note == "done"


def test_presigned_links_have_names_and_reminders_too(world: World) -> None:
    link = world.presign().link
    changes.change_terms(link, Terms(title="Plan", remind_days=2), EVERYTHING, world.clock())
    assert (read_again(link).title, link.remind_at) == ("Plan", link.promised_until - 2 * DAY)


def test_an_edit_is_one_update(world: World, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    link = world.create_link().link
    look, savepoint = 1, 2
    recorded = 5 if connection.vendor == "sqlite" else 2  # by the audit trail, and chained
    with django_assert_num_queries(1 + look + savepoint + recorded):
        changes.change_terms(link, Terms(title="Plan"), EVERYTHING, world.clock())
