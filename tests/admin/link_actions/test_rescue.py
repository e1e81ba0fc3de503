import csv
import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from html.parser import HTMLParser

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from links.domain.judging.facts import Delivery
from links.domain.pasted.urls import read_pasted
from links.domain.sharing import EVERYTHING
from links.domain.viewers import OPERATOR
from links.models import Customer, Incident, ShareLink
from links.queries import own_urls
from links.services.pasted import watch
from links.services.validation import batches
from links.services.visits import clicks
from links.texts.pages.histories import render
from tests.fixtures import OBJECT, Setup, fetch, rescue_link, token_of
from tests.markup import tidy

LIST = "/admin/links/sharelink/"
SignIn = Callable[..., Client]


class Fields(HTMLParser):
    """What the text areas of a page hold, by id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}
        self._open = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open = str(dict(attrs).get("id")) if tag == "textarea" else ""

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[self._open] = self.texts.get(self._open, "") + data

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  one of the parser's calls
        self._open = ""


@pytest.fixture
def failing(setup: Setup, now: datetime) -> ShareLink:
    return watch_failing(setup, now, "=cmd()")


def watch_failing(setup: Setup, now: datetime, note: str, key: str = OBJECT) -> ShareLink:
    session = setup.s3.assume_role("app", "session", ends_at=now + timedelta(hours=1))
    url = setup.s3.presigner(session, setup.stored).v4(key, expires=604_800)
    return watch.watch_url(
        read_pasted(url), now + timedelta(days=30), note=note, now=now, scope=EVERYTHING, owner=OPERATOR
    ).link


def validate_all() -> Incident:
    batches.validate_links(list(ShareLink.objects.values_list("pk", flat=True)), timezone.now)
    return Incident.objects.open().get()


def press(client: Client, address: str, **entered: object) -> str:
    """Say yes to the question."""
    answer = client.post(address, {"confirm": "yes", **entered})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return answer.content.decode()


def follow(url: str) -> bytes:
    return fetch(clicks.follow(token_of(url), now=timezone.now()).url)


def test_a_links_page_rescues_it_and_shows_the_new_url_once(
    admin_client: Client, setup: Setup, failing: ShareLink
) -> None:
    page = tidy(admin_client.get(f"{LIST}{failing.pk}/change/").content.decode())
    assert f'action="{LIST}{failing.pk}/rescue/"' in page
    answer = press(admin_client, f"{LIST}{failing.pk}/rescue/")
    new = ShareLink.objects.get(delivery="stable")
    url = Fields(answer).texts[f"url-{new.pk}"]
    assert url == own_urls.reveal_url(new)
    assert follow(url) == b"x" * 1234
    for shown in (f"{LIST}{new.pk}/change/", f"{LIST}{failing.pk}/change/", LIST, "/admin/"):
        assert token_of(url) not in admin_client.get(shown).content.decode()
    assert token_of(url) not in str(dict(admin_client.session))


def test_a_rescued_link_is_shown_so_and_needs_nothing_more(
    admin_client: Client, setup: Setup, failing: ShareLink
) -> None:
    new = rescue_link(failing, timezone.now()).link
    page = tidy(admin_client.get(f"{LIST}{failing.pk}/change/").content.decode())
    assert "Replaced" in page
    assert f'href="{LIST}{new.pk}/change/">#{new.pk}' in page
    for gone in ("rescue", "revoke", "validate"):
        assert f"{LIST}{failing.pk}/{gone}/" not in page
    assert "Replaced" in admin_client.get(f"{LIST}?state=rescued").content.decode()
    assert f"{LIST}{failing.pk}/" not in admin_client.get(f"{LIST}?state=new").content.decode()
    refused = unescape(press(admin_client, f"{LIST}{failing.pk}/rescue/"))
    assert f"This link was already replaced by link #{new.pk}." in refused
    assert ShareLink.objects.count() == 2


def test_a_stable_link_offers_no_rescue(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    assert "/rescue/" not in admin_client.get(f"{LIST}{link.pk}/change/").content.decode()


def test_a_whole_incident_is_rescued_row_by_row(admin_client: Client, setup: Setup, now: datetime) -> None:
    setup.stored.put("gone.pdf", b"gone")
    first, lost = watch_failing(setup, now, "for A"), watch_failing(setup, now, "for B", "gone.pdf")
    incident = validate_all()
    setup.stored.delete("gone.pdf")
    address = f"/admin/links/incident/{incident.pk}/"
    page = admin_client.get(f"{address}change/").content.decode()
    assert "2 links here are signed URLs" in page
    answer = unescape(press(admin_client, f"{address}rescue/"))
    assert "1 stable link was made." in answer
    assert "There is no object “gone.pdf”" in answer
    first.refresh_from_db()
    lost.refresh_from_db()
    assert (first.is_rescued, lost.is_rescued) == (True, False)
    incident.refresh_from_db()
    assert incident.link_count == 1
    assert "1 link here is a signed URL" in admin_client.get(f"{address}change/").content.decode()


def test_an_incident_whose_last_link_is_rescued_is_resolved(
    admin_client: Client, setup: Setup, failing: ShareLink
) -> None:
    incident = validate_all()
    press(admin_client, f"/admin/links/incident/{incident.pk}/rescue/")
    page = admin_client.get(f"/admin/links/incident/{incident.pk}/change/").content.decode()
    assert "Resolved" in page
    assert "/rescue/" not in page


def test_chosen_links_are_rescued_by_an_action(admin_client: Client, setup: Setup, failing: ShareLink) -> None:
    chosen = [failing.pk, setup.create_link("3 days").link.pk]
    asked = admin_client.post(LIST, {"action": "rescue_selected", "_selected_action": chosen}).content.decode()
    assert not ShareLink.objects.filter(rescued__isnull=False).exists()
    (numbers,) = re.findall(r'name="selected" value="([\d,]+)"', asked)
    assert f'action="{LIST}rescue/"' in asked
    page = unescape(press(admin_client, f"{LIST}rescue/", selected=numbers))
    assert "1 stable link was made." in page
    assert "A stable link is signed at each click and does not need to be replaced." in page


def test_all_urls_can_be_copied_as_a_table_that_no_spreadsheet_runs(
    admin_client: Client, setup: Setup, failing: ShareLink
) -> None:
    acme = Customer.objects.create(name="+ACME", mail="anna@acme.example", created_at=failing.created_at)
    ShareLink.objects.update(customer=acme, title="＝cmd()")
    page = press(admin_client, f"{LIST}{failing.pk}/rescue/")
    new = ShareLink.objects.get(delivery="stable")
    (row,) = csv.DictReader(Fields(page).texts["table"].strip().splitlines())
    assert row == {
        "link": str(new.pk),
        "rescued_link": str(failing.pk),
        "customer": "'+ACME",
        "mail": "anna@acme.example",
        "reference": "",
        "title": "'＝cmd()",
        "object": OBJECT,
        "note": "'=cmd()",
        "promised_until": f"{new.promised_until:%Y-%m-%dT%H:%M:%SZ}",
        "forecast": "Promised until",
        "forecast_at": f"{new.promised_until:%Y-%m-%dT%H:%M:%SZ}",
        "url": own_urls.reveal_url(new),
    }
    assert 'data-copy="table"' in page
    assert "<script>" not in page


@pytest.mark.parametrize("page", ["rescue", "duplicate"])
def test_a_customers_mail_address_is_shown_to_whoever_may_see_customers(
    page: str, admin_client: Client, setup: Setup, sign_in: SignIn
) -> None:
    link = setup.create_link("1 day", Delivery.PRESIGNED).link
    acme = Customer.objects.create(name="ACME", mail="anna@acme.example", created_at=link.created_at)
    ShareLink.objects.update(customer=acme)
    makes_links = ("view_sharelink", "change_sharelink", "add_sharelink", "see_every_sharelink")
    for client, shown in ((sign_in(*makes_links), 0), (admin_client, 2)):
        told = press(client, f"{LIST}{page}/", selected=str(link.pk))
        assert "ACME" in told
        assert told.count("anna@acme.example") == shown
        ShareLink.objects.filter(pk=link.pk).update(rescued_by=None)


def test_each_customer_gets_their_urls_in_one_message_in_their_language(
    admin_client: Client, admin_user: User, setup: Setup, now: datetime
) -> None:
    User.objects.filter(pk=admin_user.pk).update(first_name="Kim", last_name="Weber")
    acme = Customer.objects.create(name="ACME", mail="anna@acme.example", language="en", created_at=now)
    ogata = Customer.objects.create(name="緒方", language="ja", zone="Asia/Tokyo", created_at=now)
    setup.stored.put("plan.pdf", b"plan")
    for customer, key in ((acme, OBJECT), (ogata, OBJECT), (acme, "plan.pdf"), (None, OBJECT)):
        link = watch_failing(setup, now + timedelta(seconds=ShareLink.objects.count()), "for A", key)
        ShareLink.objects.filter(pk=link.pk).update(customer=customer)
    incident = validate_all()
    page = press(admin_client, f"/admin/links/incident/{incident.pk}/rescue/")
    texts = {name: text for name, text in Fields(page).texts.items() if name.startswith("text-")}
    urls = {
        customer: [own_urls.reveal_url(link) for link in ShareLink.objects.filter(delivery="stable", customer=customer)]
        for customer in (acme, ogata, None)
    }
    assert [text.count("/s/") for text in texts.values()] == [2, 1, 1]
    to_acme, to_ogata, to_nobody = texts.values()
    assert all(url in to_acme for url in urls[acme])
    assert to_acme.startswith("Dear ACME,")
    assert to_acme.endswith("Kind regards\n\nKim Weber\n")
    assert "plan.pdf" in to_acme
    assert urls[ogata][0] in to_ogata
    assert "緒方" in to_ogata
    assert "Dear" not in to_ogata
    assert urls[None][0] in to_nobody
    assert to_nobody.startswith("This message is from Kim Weber.")
    assert "anna@acme.example" in page
    assert "New URLs for 2 files" in page


def test_both_links_tell_of_each_other(admin_client: Client, setup: Setup, failing: ShareLink) -> None:
    new = rescue_link(failing, timezone.now()).link
    for one, other in ((failing, new), (new, failing)):
        page = tidy(admin_client.get(f"{LIST}{one.pk}/change/").content.decode())
        assert f'href="{LIST}{other.pk}/change/">#{other.pk}' in page


@pytest.mark.parametrize("permissions", [["view_sharelink"], ["change_sharelink"], ["add_sharelink"]])
def test_a_rescue_needs_the_right_to_change_and_to_add(
    sign_in: SignIn, setup: Setup, failing: ShareLink, permissions: list[str]
) -> None:
    incident = validate_all()
    client = sign_in("view_incident", "see_every_sharelink", *permissions)
    assert client.post(f"{LIST}{failing.pk}/rescue/").status_code == 403
    assert client.post(f"/admin/links/incident/{incident.pk}/rescue/").status_code == 403
    assert "/rescue/" not in client.get(f"/admin/links/incident/{incident.pk}/change/").content.decode()
    assert ShareLink.objects.count() == 1


def test_nothing_is_rescued_before_it_was_said_who_is_affected_and_what_happens(
    admin_client: Client, setup: Setup, failing: ShareLink, now: datetime
) -> None:
    acme = Customer.objects.create(name="Example Ltd.", created_at=now)
    ShareLink.objects.update(customer=acme)
    incident = validate_all()
    pages = {
        f"{LIST}{failing.pk}/rescue/": f"{LIST}{failing.pk}/change/",
        f"/admin/links/incident/{incident.pk}/rescue/": f"/admin/links/incident/{incident.pk}/change/",
        f"{LIST}rescue/": LIST,
    }
    for address, back in pages.items():
        asked = tidy(admin_client.post(address, {"selected": str(failing.pk)}).content.decode())
        assert "1 link will be replaced with a stable link." in asked
        assert "Customers: Example Ltd." in asked
        assert "Ltd.." not in asked
        assert "Send the new URL to the customer" in asked
        assert 'name="confirm"' in asked
        assert f'href="{back}">Cancel' in asked
    assert ShareLink.objects.count() == 1
    assert not LogEntry.objects.exists()


def test_what_no_bucket_of_ours_holds_is_refused_before_anybody_presses(
    admin_client: Client, setup: Setup, failing: ShareLink
) -> None:
    ShareLink.objects.update(revoked_at=failing.created_at)
    asked = tidy(admin_client.post(f"{LIST}{failing.pk}/rescue/").content.decode())
    assert "None of these can be replaced with a stable link." in asked
    assert 'type="submit"' not in asked[asked.index('id="content-main"') :]


def test_a_rescue_that_made_nothing_says_so_and_why(admin_client: Client, setup: Setup, failing: ShareLink) -> None:
    setup.stored.delete(OBJECT)
    page = unescape(press(admin_client, f"{LIST}{failing.pk}/rescue/"))
    assert "No stable link was made." in page
    assert "Send" not in page[page.index('id="content-main"') :]
    assert "There is no object" in page


def test_looking_rescues_nothing(admin_client: Client, setup: Setup, failing: ShareLink) -> None:
    incident = validate_all()
    assert admin_client.get(f"{LIST}{failing.pk}/rescue/").status_code == 302
    assert admin_client.get(f"/admin/links/incident/{incident.pk}/rescue/").status_code == 302
    assert not ShareLink.objects.exclude(rescued_by=None).exists()


def test_histories_and_logs_tell_of_the_rescue_and_no_url(
    admin_client: Client, setup: Setup, failing: ShareLink, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    press(admin_client, f"{LIST}{failing.pk}/rescue/")
    new = ShareLink.objects.get(delivery="stable")
    told = {entry.object_id: render(entry.change_message) for entry in LogEntry.objects.all()}
    assert told == {str(new.pk): "Made in place of another link.", str(failing.pk): "Replaced with a stable link."}
    kept = str(list(LogEntry.objects.values())) + caplog.text
    assert token_of(own_urls.reveal_url(new)) not in kept
    assert failing.url
    assert failing.url.open()[-64:] not in kept


@pytest.mark.parametrize(("page", "done"), [("rescue", "Replaced"), ("duplicate", "Duplicated")])
def test_what_came_of_each_stands_row_by_row_with_what_was_refused(
    page: str, done: str, admin_client: Client, setup: Setup
) -> None:
    made = setup.create_link("1 day", Delivery.PRESIGNED).link
    locked = setup.create_link("1 day", Delivery.PRESIGNED).link
    ShareLink.objects.filter(pk=locked.pk).update(revoked_at=made.created_at, password="x", note="for Aoi")
    told = unescape(press(admin_client, f"{LIST}{page}/", selected=f"{made.pk},{locked.pk}"))
    rows = re.findall(r"<tr>(.*?)</tr>", told, re.DOTALL)
    assert [done in row for row in rows if f"/{made.pk}/change/" in row] == [True]
    (refused,) = [row for row in rows if f"/{locked.pk}/change/" in row]
    assert "Refused" in refused
    assert "for Aoi" in refused
