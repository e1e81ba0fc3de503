import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from links.admin.people import customer_page
from links.domain.findings import Code, Finding, Verdict
from links.models import AuditDetail, AuditRecord, Customer, ShareLink, Visit
from links.services.audit.verification import verify_trail
from links.services.erasure import delete_customer
from links.services.links import time_requests
from tests.fixtures import Setup

LIST = "/admin/links/customer/"
SignIn = Callable[..., Client]


@pytest.fixture
def acme(db: None, now: datetime) -> Customer:
    return Customer.objects.create(name="株式会社ACME", mail="buyer@acme.example", zone="Asia/Tokyo", created_at=now)


def page_of(customer: Customer, page: str = "change") -> str:
    return f"{LIST}{customer.pk}/{page}/"


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def give(customer: Customer, now: datetime, owner: User | None = None, **fields: object) -> ShareLink:
    stated: dict[str, object] = {"promised_until": now + timedelta(days=3), "asked_until": now, "object_key": "a.pdf"}
    return ShareLink.objects.create(
        delivery="stable", customer=customer, owner=owner, created_at=now, **{**stated, **fields}
    )


def visit(link: ShareLink, now: datetime, **fields: str) -> Visit:
    return Visit.objects.create(link=link, at=now, **{"outcome": "served", "address": "203.0.113.0/24", **fields})


# Adding, changing, deleting -------------------------------------------------------------------------------------


def test_a_customer_is_added_with_a_zone_however_it_is_typed(admin_client: Client, db: None) -> None:
    entered = {"name": "ACME", "mail": "a@acme.example", "language": "ja", "zone": "asia / tokyo"}
    page = admin_client.post(f"{LIST}add/", entered, follow=True).content.decode()
    customer = Customer.objects.get()
    assert (customer.name, customer.language, customer.zone) == ("ACME", "ja", "Asia/Tokyo")
    assert "“ACME” was added." in page
    assert LogEntry.objects.filter(object_id=str(customer.pk), action_flag=1).exists()


@pytest.mark.parametrize("name", ["Example Ltd.", " example LTD. "])
def test_no_two_customers_have_one_name(admin_client: Client, now: datetime, name: str) -> None:
    known = Customer.objects.create(name="Example Ltd.", created_at=now)
    other = Customer.objects.create(name="Other", created_at=now)
    entered = {"name": name, "mail": "", "language": "ja", "zone": ""}
    for address in (f"{LIST}add/", page_of(other, "edit")):
        page = admin_client.post(address, entered).content.decode()
        assert "There is already a customer with this name: “Example Ltd.”." in page
        assert f'href="{page_of(known)}"' in page
    assert {customer.name for customer in Customer.objects.all()} == {"Example Ltd.", "Other"}
    admin_client.post(page_of(known, "edit"), entered)
    known.refresh_from_db()
    assert (known.name, known.language) == (name.strip(), "ja")


def test_customers_who_shared_a_name_before_can_still_be_changed(admin_client: Client, now: datetime) -> None:
    first, _second = (Customer.objects.create(name="Twin", created_at=now) for _ in range(2))
    admin_client.post(page_of(first, "edit"), {"name": "Twin", "mail": "t@example.com", "language": "en", "zone": ""})
    first.refresh_from_db()
    assert first.mail == "t@example.com"


def test_zones_are_offered_and_no_other_is_taken(admin_client: Client, db: None) -> None:
    assert '<option value="Asia/Tokyo">' in read(admin_client, f"{LIST}add/")
    entered = {"name": "ACME", "mail": "", "language": "en", "zone": "Mars/Olympus"}
    page = admin_client.post(f"{LIST}add/", entered).content.decode()
    assert "This time zone is not known." in page
    assert 'value="Mars/Olympus"' in page
    assert not Customer.objects.exists()


def test_a_customers_details_are_changed(admin_client: Client, acme: Customer) -> None:
    made_at = acme.created_at
    assert "buyer@acme.example" in read(admin_client, page_of(acme, "edit"))
    admin_client.post(page_of(acme, "edit"), {"name": "ACME KK", "mail": "", "language": "en", "zone": ""})
    acme.refresh_from_db()
    assert (acme.name, acme.mail, acme.zone, acme.created_at) == ("ACME KK", "", "", made_at)


def test_a_customer_with_links_is_not_deleted_and_why_is_said(
    admin_client: Client, acme: Customer, now: datetime
) -> None:
    assert page_of(acme, "delete") in read(admin_client, page_of(acme))
    give(acme, now)
    assert page_of(acme, "delete") not in read(admin_client, page_of(acme))
    page = admin_client.post(page_of(acme, "delete"), {"post": "yes"}, follow=True).content.decode()
    assert "has links, and their history would be lost" in page
    assert Customer.objects.filter(pk=acme.pk).exists()


def test_a_customer_without_links_is_deleted_and_forgotten(
    admin_client: Client, acme: Customer, admin_user: User
) -> None:
    admin_client.post(page_of(acme, "edit"), {"name": "株式会社ACME", "mail": "new@acme.example", "language": "en"})
    assert "acme" in str(list(AuditDetail.objects.values_list("text", flat=True)))
    assert "Are you sure" in read(admin_client, page_of(acme, "delete"))
    admin_client.post(page_of(acme, "delete"), {"post": "yes"})
    assert not Customer.objects.exists()
    assert not LogEntry.objects.exists()
    kept = [*AuditDetail.objects.values_list("text"), *AuditRecord.objects.values_list("values", "object_text")]
    assert "acme" not in str(kept).casefold()
    deleted = AuditRecord.objects.get(act="customer-deleted")
    assert (deleted.customer, deleted.actor_text) == (acme.pk, admin_user.username)
    assert not verify_trail().faults


def test_links_that_were_made_meanwhile_keep_their_customer(acme: Customer, now: datetime) -> None:
    give(acme, now)
    with pytest.raises(ProtectedError):
        delete_customer(acme)
    assert ShareLink.objects.filter(customer=acme).exists()
    assert not AuditRecord.objects.exists()


def test_who_may_only_look_changes_nothing(acme: Customer, sign_in: SignIn) -> None:
    client = sign_in("view_customer")
    page = read(client, page_of(acme))
    assert page_of(acme, "edit") not in page
    for address in (f"{LIST}add/", page_of(acme, "edit"), page_of(acme, "delete")):
        assert client.get(address).status_code == 403
    assert client.post(page_of(acme), {"name": "x"}).status_code == 403


def test_who_may_not_look_sees_no_customer(acme: Customer, sign_in: SignIn) -> None:
    client = sign_in("view_sharelink")
    for address in (LIST, page_of(acme), page_of(acme, "print")):
        assert client.get(address).status_code == 403


# The list -------------------------------------------------------------------------------------------------------


def test_customers_are_found_by_a_part_of_their_name_or_mail(
    admin_client: Client, acme: Customer, now: datetime
) -> None:
    Customer.objects.create(name="Other", mail="o@other.example", created_at=now)
    for text in ("acme", "BUYER@", "株式会社"):
        page = read(admin_client, f"{LIST}?q={text}")
        assert acme.name in page
        assert "o@other.example" not in page


def test_the_list_begins_with_words_that_teach(admin_client: Client, db: None) -> None:
    assert "No customers yet." in read(admin_client, LIST)


def test_the_list_asks_no_more_often_with_more_to_show(admin_client: Client, acme: Customer, now: datetime) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            read(admin_client, LIST)
        return len(asked)

    read(admin_client, LIST)
    few = count()
    Customer.objects.bulk_create(Customer(name=f"C{n}", created_at=now) for n in range(150))
    assert count() == few


# The page of one ------------------------------------------------------------------------------------------------


def test_everything_about_a_customer_stands_on_one_page(admin_client: Client, acme: Customer, now: datetime) -> None:
    until = now.replace(year=now.year + 1, month=3, day=1, hour=9, minute=0)
    link = give(acme, now, title="Annual report", promised_until=until, visit_count=3, download_limit=5)
    visit(link, now, browser="Firefox")
    give(Customer.objects.create(name="Other", created_at=now), now, title="Somebody else's")
    page = read(admin_client, page_of(acme))
    for told in (
        *("Annual report", "buyer@acme.example", "3 of 5", "Not yet validated", "203.0.113.0/24", "Firefox"),
        f"1 March {until.year}, 09:00 UTC",
        f"for them: 1 March {until.year}, 18:00 JST",
        "Whether the download finished, only the store knows.",
        "Visits are kept for 400 days.",
    ):
        assert told in page, told
    assert "Somebody else" not in page


@pytest.mark.parametrize("page", ["change", "print"])
def test_the_real_end_stands_beside_the_promised_one(
    page: str, admin_client: Client, acme: Customer, now: datetime
) -> None:
    dies = now.replace(year=now.year + 1, month=2, day=1, hour=14, minute=12)
    ends = Finding(Code.SIGNATURE_ENDS_EARLY, Verdict.AT_RISK, dies)
    give(acme, now, verdict="at_risk", findings=[ends.to_json()], promised_until=dies.replace(month=3))
    seen = read(admin_client, page_of(acme, page))
    assert f"1 February {dies.year}, 14:12 UTC" in seen
    assert "stops working on" in seen
    gone = Finding(Code.OBJECT_MISSING, Verdict.BROKEN)
    ShareLink.objects.update(verdict="broken", findings=[gone.to_json()])
    seen = read(admin_client, page_of(acme, page))
    assert "stops working on" not in seen
    assert "never worked" in seen


def test_a_reader_in_the_customers_own_zone_reads_each_end_once(
    admin_client: Client, acme: Customer, now: datetime
) -> None:
    give(acme, now)
    admin_client.cookies["tz"] = "Asia/Tokyo"
    assert "for them:" not in read(admin_client, page_of(acme))


@pytest.mark.parametrize("page", ["change", "print"])
def test_only_links_that_one_may_see_are_shown(page: str, acme: Customer, now: datetime, sign_in: SignIn) -> None:
    client = sign_in("view_customer", "view_sharelink")
    mika = User.objects.get(username="mika")
    visit(give(acme, now, mika, title="My own"), now, address="198.51.100.0/24")
    visit(give(acme, now, title="A colleague's"), now)
    told = read(client, page_of(acme, page))
    assert "My own" in told
    assert "198.51.100.0/24" in told
    assert "A colleague" not in told
    assert "203.0.113.0/24" not in told


def test_who_may_see_no_links_sees_the_customer_and_no_address(acme: Customer, now: datetime, sign_in: SignIn) -> None:
    visit(give(acme, now, title="Annual report"), now)
    page = read(sign_in("view_customer"), page_of(acme))
    assert acme.name in page
    assert "buyer@acme.example" not in page
    assert "Annual report" not in page
    assert "203.0.113" not in page


def test_links_and_visits_are_turned_each_by_itself(
    admin_client: Client, acme: Customer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = [give(acme, now, title=f"Link {n}") for n in range(120)]
    for n in range(60):
        visit(links[0], now - timedelta(minutes=n), browser=f"Browser{n}")
    first = read(admin_client, page_of(acme))
    assert "Link 119" in first
    assert "Link 69<" not in first
    assert "?links=2&amp;visits=1#links-title" in first
    second = read(admin_client, f"{page_of(acme)}?links=2&visits=2")
    assert "Link 69<" in second
    assert "Browser59" in second
    assert "Browser9<" not in second
    assert "?visits=1&amp;links=2" in second


def test_the_page_asks_no_more_often_with_more_to_show(admin_client: Client, acme: Customer, now: datetime) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            read(admin_client, page_of(acme))
        return len(asked)

    visit(give(acme, now), now)
    read(admin_client, page_of(acme))
    few = count()
    for _ in range(40):
        visit(give(acme, now), now)
    assert count() == few
    assert few <= 15


def test_for_an_audit_it_is_printed_with_its_date_its_zone_and_who(
    admin_client: Client, acme: Customer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        give(acme, now, title=f"Link {n}")
    monkeypatch.setattr(customer_page, "ON_A_PAGE", 1)
    page = read(admin_client, page_of(acme, "print"))
    assert "printed by admin. Times are shown in UTC." in page
    assert "holdfast/print" in page
    assert all(f"Link {n}" in page for n in range(3))


def test_what_is_printed_says_who_revoked_extended_and_transferred_each_link_and_when(
    admin_client: Client, setup: Setup, acme: Customer
) -> None:
    links = [setup.create_link().link for _ in range(2)]
    ShareLink.objects.update(customer=acme)
    kim = User.objects.create_superuser("kim")
    for page, entered in (
        ("end", {"lifetime": "60 days"}),
        ("owner", {"colleague": str(kim.pk)}),
        ("revoke", {}),
    ):
        admin_client.post(f"/admin/links/sharelink/{links[0].pk}/{page}/", entered)
    asked = time_requests.ask(links[1], timezone.now())
    admin_client.post(f"/admin/links/timerequest/{asked.pk}/grant/", {"lifetime": "90 days"})
    acts = list(LogEntry.objects.order_by("-pk").exclude(content_type__model="timerequest"))
    for address in (page_of(acme, "print"), f"/admin/links/sharelink/{links[0].pk}/change/"):
        page = read(admin_client, address)
        for told in ("Extended: ", "Transferred to kim.", "Revoked."):
            row = next(row for row in page.split("acts-title", 1)[1].split("<tr>") if told in row)
            assert re.search(r"<td>\s*admin\s*</td>", row)
            assert f"{acts[0].action_time:%Y, %H:}" in row
    assert read(admin_client, page_of(acme, "print")).count("Extended: ") == 2  # the second by a customer's request
