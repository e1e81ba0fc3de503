"""The customer's order or ticket number: wherever staff meet a link, and nowhere else."""

import csv
import re
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone, translation

from links.domain.findings import Code
from links.domain.incidents import NoticeKind
from links.domain.judging.facts import Delivery
from links.domain.link_mails import LinkMailKind
from links.models import ShareLink
from links.services.incidents import notices
from links.services.mail import link_mails
from links.services.validation import batches
from links.texts.terms import LABELS
from tests.fixtures import OBJECT, Setup, open_incident
from tests.management.running import Runner
from tests.site_settings import SiteSettings

LIST = "/admin/links/sharelink/"
ORDER = "PO-4711"
RAN_OUT = "PO-0815"


@pytest.fixture(params=["en", "ja"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def label(language: str) -> str:
    with translation.override(language):
        return str(LABELS["reference"])


def read(client: Client, address: str, language: str = "en", **asked: Any) -> str:
    return unescape(client.get(address, asked, headers={"Accept-Language": language}).content.decode())


def make(client: Client, setup: Setup, **entered: Any) -> ShareLink:
    usual = {"bucket": setup.bucket.pk, "object_key": OBJECT, "lifetime": "7 days", "delivery": "stable"}
    client.post(f"{LIST}add/", {**usual, "reference": ORDER, **entered})
    return ShareLink.objects.latest("pk")


def test_it_is_asked_for_and_shown_on_the_links_page(admin_client: Client, setup: Setup, language: str) -> None:
    asked = read(admin_client, f"{LIST}add/", language)
    assert re.search(rf'<label[^>]*for="id_reference"[^>]*>\s*{label(language)}', asked)
    link = make(admin_client, setup)
    assert link.reference == ORDER
    page = read(admin_client, f"{LIST}{link.pk}/change/", language)
    assert re.search(rf"{label(language)}\s*</dt>\s*<dd[^>]*>\s*{ORDER}", page)
    assert label("ja") != label("en")


def test_a_reference_that_no_column_holds_is_refused_beside_its_field(admin_client: Client, setup: Setup) -> None:
    answer = admin_client.post(f"{LIST}add/", {"object_key": OBJECT, "reference": "x" * 101})
    assert "reference" in answer.context["form"].errors
    assert not ShareLink.objects.exists()


def test_it_is_changed_of_every_link_and_the_history_names_it(admin_client: Client, setup: Setup) -> None:
    for delivery in (Delivery.STABLE, Delivery.PRESIGNED):
        link = setup.create_link("7 days", delivery).link
        page = admin_client.get(f"{LIST}{link.pk}/edit/")
        opened = {field.html_initial_name: field.initial or "" for field in page.context["form"].visible_fields()}
        admin_client.post(f"{LIST}{link.pk}/edit/", {**opened, "filename": link.filename, "reference": ORDER})
        link.refresh_from_db()
        assert link.reference == ORDER
        assert "Reference" in read(admin_client, f"{LIST}{link.pk}/history/")


def test_the_list_shows_it_and_is_searched_for_it(admin_client: Client, setup: Setup, language: str) -> None:
    make(admin_client, setup)
    make(admin_client, setup, reference=RAN_OUT)
    assert ORDER in read(admin_client, LIST, language)
    found = read(admin_client, LIST, language, q=ORDER[:5].lower())
    assert ORDER in found
    assert RAN_OUT not in found


def test_a_copy_has_it_alone_and_among_many(admin_client: Client, setup: Setup) -> None:
    link = make(admin_client, setup)
    assert f'value="{ORDER}"' in read(admin_client, f"{LIST}add/", copy=link.pk)
    admin_client.post(f"{LIST}duplicate/", {"selected": str(link.pk), "lifetime": ""})
    assert list(ShareLink.objects.values_list("reference", flat=True)) == [ORDER, ORDER]


def test_a_rescue_keeps_it_and_its_table_names_it(admin_client: Client, setup: Setup) -> None:
    link = make(admin_client, setup, delivery="presigned", reference="=PO")
    page = admin_client.post(f"{LIST}{link.pk}/rescue/", {"confirm": "yes"}).context["page"]
    assert ShareLink.objects.get(delivery="stable").reference == "=PO"
    (row,) = csv.DictReader(page.new_urls.table.splitlines())
    assert (row["reference"], list(row)[2:6]) == ("'=PO", ["customer", "mail", "reference", "title"])


def test_mails_to_staff_name_it_and_those_to_customers_do_not(
    admin_client: Client, setup: Setup, now: datetime, language: str
) -> None:
    User.objects.update(email="kim@example.com")
    link = make(admin_client, setup)

    def write(kind: LinkMailKind) -> str:
        letter = link_mails.write_to("kim@example.com", link, kind, now, language=language)
        return link_mails.compose(letter, now).body

    about_many = {LinkMailKind.IMPORTED, LinkMailKind.TRANSFERRED}
    for kind in set(LinkMailKind) - about_many:
        told = re.search(rf"^{label(language)}.*{ORDER}$", write(kind), re.MULTILINE)
        assert (told is None) is (kind is LinkMailKind.TIME_GRANTED), kind


def test_a_notice_names_it_with_the_link(
    admin_client: Client, setup: Setup, site_settings: SiteSettings, language: str
) -> None:
    site_settings.ALERT_MAILS, site_settings.ALERT_LANGUAGE = ["staff@example.com"], language
    link = make(admin_client, setup)
    setup.stored.delete(OBJECT)
    batches.validate_links([link.pk], timezone.now)
    incident = open_incident(Code.OBJECT_MISSING)
    (notice,) = incident.notices.filter(kind=NoticeKind.OPENED)
    assert re.search(rf"{label(language)}.{{1,2}}{ORDER}", notices.compose(notice, timezone.now()).text)


def test_customers_never_see_it(admin_client: Client, client: Client, setup: Setup) -> None:
    link = make(admin_client, setup, title="The report", slug="report", is_public="on", download_limit="3")
    page = client.get(f"/f/{link.slug}").content.decode()
    assert "The report" in page
    assert ORDER not in page
    handed = admin_client.post(f"{LIST}{link.pk}/url/").context["page"]
    assert not [message for message in handed.messages if ORDER in message.subject + message.text]


@pytest.mark.django_db(transaction=True)
def test_a_command_gives_it(setup: Setup, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    run = Runner(capsys, monkeypatch)
    made = ("create_link", "files", OBJECT, "--lifetime", "30d")
    assert run(*made, "--reference", ORDER).code == 0
    assert ShareLink.objects.get().reference == ORDER
    told = run("create_link", "--help").out
    assert "--reference REFERENCE" in told
    assert "order or ticket number" in " ".join(told.split())
