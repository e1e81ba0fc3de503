"""The audit trail in the admin: found, exported, and shown to those who may."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from links.domain.audit.acts import Act, Way
from links.models import AuditRecord, Customer, ShareLink, Visit
from links.services.audit.recording import record
from links.services.audit.sources import Source, acting_as

pytestmark = pytest.mark.django_db
LIST = "/admin/links/auditrecord/"


@pytest.fixture
def mika() -> User:
    return User.objects.create_user("mika", is_staff=True)


@pytest.fixture
def link(mika: User) -> ShareLink:
    """With three records, one of them mika's."""
    now = timezone.now()
    customer = Customer.objects.create(name="=cmd|calc", created_at=now)
    ends = {"asked_until": now + timedelta(days=9), "promised_until": now + timedelta(days=9)}
    link = ShareLink.objects.create(delivery="stable", title="Plan", customer=customer, created_at=now, **ends)
    with acting_as(lambda: Source(Way.ADMIN, actor=mika, address="192.0.2.9")):
        record(Act.URL_REVEALED, link)
    with acting_as(lambda: Source(Way.COMMAND, name="ops")):
        record(Act.LINK_REVOKED, link, after={"note": "=1+1"})
        record(Act.CUSTOMER_ADDED, customer)
    return link


def count_rows(client: Client, query: str) -> int:
    answer = client.get(LIST + query)
    assert answer.status_code == 200
    return int(answer.context["cl"].result_count)


def test_it_is_found_by_person_link_customer_act_way_and_time(
    admin_client: Client, link: ShareLink, mika: User
) -> None:
    today = timezone.localdate()
    yesterday = today - timedelta(days=1)
    assert count_rows(admin_client, f"?actor={mika.pk}") == 1
    assert count_rows(admin_client, f"?link={link.pk}") == 2
    assert count_rows(admin_client, f"?customer={link.customer_id}") == 3
    assert count_rows(admin_client, "?act=link-revoked") == 1
    assert count_rows(admin_client, "?way=command") == 2
    assert count_rows(admin_client, f"?link={link.pk}&from={today}&until={today}") == 2
    assert count_rows(admin_client, f"?link={link.pk}&until={yesterday}") == 0
    assert count_rows(admin_client, "?q=mika") == 2  # as an account it was added, too
    assert count_rows(admin_client, "?q=ops") == 2
    assert count_rows(admin_client, f"?q=%23{link.pk}") >= 2
    assert count_rows(admin_client, "?q=calc") == 3


def test_a_deleted_or_renamed_person_is_found_by_the_user_name_of_then(admin_client: Client) -> None:
    people = [User.objects.create_user(name, first_name="Ken", last_name="Ito") for name in ('k"ito', "ken", "kenji")]
    with acting_as(lambda: Source(Way.ADMIN, actor=people[0])):
        record(Act.EXPORTED)
    with acting_as(lambda: Source(Way.ADMIN, actor=people[1])):
        record(Act.EXPORTED)
    people[1].username = "ken.ito"
    people[1].save()
    people[0].delete()
    assert count_rows(admin_client, "?q=K%22ito") == 3  # added, exported, deleted
    for name in ("ken", "ken.ito"):
        assert count_rows(admin_client, f"?q={name}") == 3  # added, exported, renamed


@pytest.mark.parametrize("query", ["?from=yesterday", "?act=invented", "?actor=x", "?way=fax", "?values__contains=a"])
def test_a_filter_without_such_a_value_is_refused(admin_client: Client, query: str) -> None:
    assert admin_client.get(LIST + query).status_code == 400


def test_a_row_says_it_all(admin_client: Client, link: ShareLink, mika: User) -> None:
    page = admin_client.get(f"{LIST}?actor={mika.pk}").content.decode()
    for text in ("mika", "Viewed the link&#x27;s URL", "Plan", "192.0.2.0/24", "Admin"):
        assert text in page


@pytest.mark.parametrize("role", ["Manager", "Auditor", "Link maker", "Key keeper"])
def test_managers_and_auditors_may_read_it_and_nobody_may_change_it(client: Client, role: str, link: ShareLink) -> None:
    reader = User.objects.create_user("reader", is_staff=True)
    reader.groups.add(Group.objects.get(name=role))
    client.force_login(reader)
    allowed = role in ("Manager", "Auditor")
    row = AuditRecord.objects.latest("pk")
    assert client.get(LIST).status_code == (200 if allowed else 403)
    assert client.get(f"{LIST}access/link/{link.pk}/").status_code == (200 if allowed else 403)
    assert client.post(LIST, {"export": "csv"}).status_code == (200 if allowed else 403)
    for page in (f"{LIST}add/", f"{LIST}{row.pk}/delete/"):
        assert client.post(page, {"post": "yes"}).status_code == 403
    assert client.post(f"{LIST}{row.pk}/change/", {"actor_text": "x"}).status_code == 403
    assert not AuditRecord.objects.filter(actor_text="x").exists()


def test_an_export_is_what_the_list_shows_and_is_recorded(admin_client: Client, link: ShareLink) -> None:
    answer = admin_client.post(f"{LIST}?link={link.pk}", {"export": "jsonl"})
    rows = [json.loads(line) for line in b"".join(answer).decode().splitlines()]
    assert [row["act"] for row in rows] == ["link-revoked", "url-revealed"]
    assert rows[0]["after"] == {"note": "=1+1"}
    assert rows[1]["address"] == "192.0.2.0/24"
    exported = AuditRecord.objects.get(act="exported")
    told = json.loads(exported.values)["after"]
    assert told == {"format": "jsonl", "filters": {"link": str(link.pk)}, "is_searched": False}
    assert exported.actor_text == "admin"


def test_what_an_export_was_searched_for_is_not_kept(admin_client: Client, link: ShareLink) -> None:
    asked = f"?q=calc&customer={link.customer_id}"
    assert admin_client.post(LIST + asked, {"export": "csv"}).status_code == 200
    kept = AuditRecord.objects.get(act="exported").values
    assert "calc" not in kept
    assert json.loads(kept)["after"] == {
        "format": "csv",
        "filters": {"customer": str(link.customer_id)},
        "is_searched": True,
    }


def test_an_exported_table_has_no_formula(admin_client: Client, link: ShareLink) -> None:
    answer = admin_client.post(LIST, {"export": "csv"})
    text = b"".join(answer).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == AuditRecord.objects.count() - 1
    assert "'=cmd|calc" in {row["name"] for row in rows}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_an_export_takes_a_press_and_a_known_format(admin_client: Client) -> None:
    assert admin_client.post(LIST, {"export": "exe"}).status_code == 400
    assert admin_client.get(f"{LIST}?export=csv").status_code == 400
    assert not AuditRecord.objects.filter(act="exported").exists()


def test_who_had_access_is_told_with_visits(admin_client: Client, link: ShareLink) -> None:
    Visit.objects.create(link=link, at=timezone.now(), outcome="served", address="198.51.100.0/24")
    for kind, number in (("link", link.pk), ("customer", link.customer_id)):
        page = admin_client.get(f"{LIST}access/{kind}/{number}/").content.decode()
        for text in ("mika", "ops", "Viewed the link&#x27;s URL", "198.51.100.0/24"):
            assert text in page
    for missing in (f"access/link/{link.pk + 1}/", "access/fax/1/", "access/bucket/1/"):
        assert admin_client.get(LIST + missing).status_code == 404


def test_pages_lead_to_it(admin_client: Client, link: ShareLink, mika: User) -> None:
    for page, lead in (
        (f"/admin/links/sharelink/{link.pk}/change/", f"{LIST}access/link/{link.pk}/"),
        (f"/admin/links/customer/{link.customer_id}/change/", f"{LIST}access/customer/{link.customer_id}/"),
        (f"/admin/auth/user/{mika.pk}/change/", f"{LIST}?actor={mika.pk}"),
    ):
        assert lead in admin_client.get(page).content.decode()


def test_a_history_tells_what_an_account_did_that_was_deleted_since(
    admin_client: Client, link: ShareLink, mika: User
) -> None:
    mika.delete()
    page = admin_client.get(f"/admin/links/sharelink/{link.pk}/history/").content.decode()
    assert "Viewed the link&#x27;s URL" in page
    assert "mika" in page
