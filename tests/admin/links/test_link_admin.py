import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from links.admin.base import change_lists
from links.models import Customer, ShareLink
from links.queries import own_urls
from links.services.links import changes
from links.services.links.creation import NewLink
from tests.admin.link_pages import ADD, LIST, SignIn, count_queries, fill, page_of, read, watch
from tests.fixtures import OBJECT, Setup, token_of


def multiply(new_link: NewLink, count: int) -> None:
    """More rows like this one, without their secrets."""
    kept = {"delivery": "foreign", "bucket_id": new_link.link.bucket_id, "owner_id": new_link.link.owner_id}
    now = datetime.now(UTC)
    ShareLink.objects.bulk_create(
        ShareLink(**kept, object_key=f"k{n}", asked_until=now, promised_until=now + timedelta(days=n), created_at=now)
        for n in range(count)
    )


def test_the_list_tells_states_in_words(admin_client: Client, setup: Setup, now: datetime) -> None:
    ended, revoked, made = setup.create_link(), setup.create_link(), setup.create_link(note="For Ogata")
    ShareLink.objects.filter(pk=ended.link.pk).update(promised_until=now)
    changes.revoke(revoked.link, now)
    page = read(admin_client, LIST)
    for word in ("Expired", "Revoked", "Not yet validated", "For Ogata", OBJECT):
        assert word in page
    assert token_of(made.url) not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=broken", ["broken"]),
        ("state=at_risk", ["at_risk"]),
        ("state=ended", ["ended"]),
        ("state=revoked", ["revoked"]),
        ("state=new", ["new"]),
        ("state=", ["at_risk", "broken", "ended", "new", "revoked"]),
        ("delivery=presigned", ["at_risk"]),
        ("ends=1", ["broken"]),
        ("ends=7", ["at_risk", "broken"]),
        ("ends=later", ["new"]),
        ("made=1", ["at_risk", "broken", "ended", "new", "revoked"]),
        ("q=brok", ["broken"]),
        ("q=no-such-thing", []),
    ],
)
def test_the_list_is_narrowed(query: str, found: list[str], admin_client: Client, setup: Setup, now: datetime) -> None:
    days = {"broken": 0.5, "at_risk": 5, "ended": -1, "revoked": 50, "new": 50}
    ShareLink.objects.bulk_create(
        ShareLink(
            delivery="presigned" if name == "at_risk" else "stable",
            object_key="k",
            note=name,
            verdict=name if name in ("broken", "at_risk") else "",
            asked_until=now,
            promised_until=now + timedelta(days=ahead),
            revoked_at=now if name == "revoked" else None,
            created_at=now,
        )
        for name, ahead in days.items()
    )
    shown = admin_client.get(f"{LIST}?{query}").context["cl"].result_list
    assert sorted(link.note for link in shown) == found


def test_a_longer_list_asks_the_database_no_more_often(admin_client: Client, setup: Setup) -> None:
    new_link = setup.create_link()
    read(admin_client, LIST)
    multiply(new_link, 9)
    few = count_queries(admin_client, LIST)
    multiply(new_link, 190)
    assert count_queries(admin_client, LIST) == few
    assert few <= 12


def test_no_list_counts_further_than_it_says(
    admin_client: Client, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change_lists, "MAX_COUNTED", 20)
    monkeypatch.setattr(change_lists.count_capped, "__defaults__", (20,))
    multiply(setup.create_link(), 30)
    with CaptureQueriesContext(connection) as asked:
        page = read(admin_client, LIST)
    assert "the first 20 links" in page
    counts = [query["sql"] for query in asked if "COUNT(" in query["sql"]]
    assert counts
    assert all("LIMIT 21" in sql for sql in counts)


def test_a_link_is_never_deleted(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    assert admin_client.post(page_of(link, "delete"), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in read(admin_client, LIST)


@pytest.mark.parametrize("page", ["url", "validate", "revoke", "end", "edit", "owner", "follow", "rescue", "change"])
def test_who_may_only_look_changes_nothing_and_sees_no_url(page: str, setup: Setup, sign_in: SignIn) -> None:
    new_link = setup.create_link()
    client = sign_in("view_sharelink", "see_every_sharelink")
    answer = client.post(page_of(new_link.link, page), {"lifetime": "1 day", "note": "x"})
    assert answer.status_code == 403
    shown = read(client, page_of(new_link.link))
    assert token_of(new_link.url) not in shown
    assert "<textarea" not in shown
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("page", ["add", "watch"])
def test_who_may_not_make_links_gets_no_form(page: str, sign_in: SignIn) -> None:
    client = sign_in("view_sharelink", "change_sharelink", "see_every_sharelink")
    assert client.get(f"{LIST}{page}/").status_code == 403
    assert "Make a link" not in read(client, LIST)


def test_who_may_not_look_finds_nothing(setup: Setup, sign_in: SignIn) -> None:
    new_link = setup.create_link()
    client = sign_in("view_bucket")
    assert client.post(f"{LIST}find/", {"q": new_link.url}).status_code == 403
    assert client.get(page_of(new_link.link)).status_code == 404


@pytest.mark.parametrize("page", ["validate", "follow", "rescue"])
def test_what_changes_something_is_never_a_mere_look(page: str, admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    assert admin_client.get(page_of(link, page))["Location"] == page_of(link)


def test_a_forged_form_is_refused(setup: Setup, admin_user: object) -> None:
    link = setup.create_link().link
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)  # type: ignore[arg-type]
    answer = client.post(page_of(link, "revoke"))
    assert answer.status_code == 403
    assert "Nothing was done" in answer.content.decode()


def test_no_history_holds_a_secret(admin_client: Client, setup: Setup, now: datetime) -> None:
    admin_client.post(ADD, fill(setup))
    stable = ShareLink.objects.get()
    admin_client.post(ADD, fill(setup, delivery="presigned", lifetime="1 day"))
    watch(admin_client, setup, now)
    for page in ("url", "validate", "end", "revoke"):
        admin_client.post(page_of(stable, page), {"lifetime": "1 day"})
    written = " ".join(f"{entry.object_repr} {entry.change_message}" for entry in LogEntry.objects.all())
    assert LogEntry.objects.count() == 6
    assert token_of(own_urls.reveal_url(stable)) not in written
    assert "X-Amz" not in written
    assert "X-Amz" not in read(admin_client, page_of(stable, "history"))


def test_a_maker_of_links_sees_only_their_own(setup: Setup, sign_in: SignIn) -> None:
    client = sign_in("add_sharelink", "view_sharelink", "change_sharelink")
    client.post(ADD, fill(setup))
    own, others = ShareLink.objects.get(), setup.create_link().link
    listed = read(client, LIST)
    assert page_of(own) in listed
    assert page_of(others) not in listed
    assert client.get(page_of(others)).status_code == 404
    assert client.post(page_of(others, "url")).status_code == 404


def test_the_column_that_a_phone_shows_tells_customer_and_end(
    admin_client: Client, setup: Setup, now: datetime
) -> None:
    link = setup.create_link("7 days").link
    link.customer = Customer.objects.create(name="Example Ltd.", created_at=now)
    link.save()
    page = admin_client.get("/admin/links/sharelink/").content.decode()
    (cell,) = re.findall(r'<td class="field-what.*?</td>', page, re.DOTALL)
    told = cell.partition("on-phones")[2]
    assert "Example Ltd." in told
    assert f"{link.promised_until:%Y-%m-%dT%H:%M}" in told
    assert "Promised until" in told  # "available" would not be so of one that is broken
    assert "Available until" not in told
