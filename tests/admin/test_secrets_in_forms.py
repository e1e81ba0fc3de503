"""What a page repeats of the secrets that were entered in it."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from time_machine import travel

from links.models import ShareLink
from tests.admin.link_pages import sign
from tests.fixtures import Setup

WATCH, MANY, ADD = (f"/admin/links/sharelink/{page}/" for page in ("watch", "watch/many", "add"))


def read_form(page: str, field: str) -> dict[str, str]:
    """What a browser would send again of these two."""
    shown = re.search(rf'name="{field}"[^>]*>\s*([^<]*)</textarea>', page)
    value = re.search(rf'name="{field}" value="([^"]*)"|value="([^"]*)"[^>]*name="{field}"', page)
    kept = re.search(r'name="kept"(?: value="([^"]*)")?', page)
    assert kept is not None
    entered = shown[1] if shown else next(filter(None, value.groups())) if value else ""
    return {field: unescape(entered).strip(), "kept": kept[1] or ""}


@pytest.mark.parametrize("button", ["save", "preview"])
def test_a_refused_url_is_not_printed_back_and_need_not_be_pasted_again(
    button: str, admin_client: Client, setup: Setup, until: str
) -> None:
    url = sign(setup)
    answer = admin_client.post(WATCH, {"url": url, "promised_until": "never", button: "1"})
    page = answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    for secret in (url[-64:], "X-Amz-Signature", setup.access_key.id):
        assert secret not in page
    again = read_form(page, "url")
    assert again["url"] == f"{url.partition('?')[0]}?[kept 1]"
    assert admin_client.post(WATCH, {**again, "promised_until": until, "save": "1"}).status_code == 302
    assert ShareLink.objects.get().url.open() == url  # type: ignore[union-attr]


def test_what_stands_around_the_marks_can_be_corrected(admin_client: Client, setup: Setup, until: str) -> None:
    first, second = sign(setup), sign(setup, 600)
    page = admin_client.post(MANY, {"lines": f"{first} odd\r\n{second}\r\nhello"}).content.decode()
    assert first[-64:] not in page
    assert second[-64:] not in page
    again = read_form(page, "lines")
    lines = again["lines"].splitlines()
    assert len(lines) == 3
    corrected = "\r\n".join([lines[0].replace(" odd", f" {until} for Aoi"), lines[1], sign(setup, 700)])
    admin_client.post(MANY, {**again, "lines": corrected, "promised_until": until})
    assert {link.url.open() for link in ShareLink.objects.all()} >= {first, second}  # type: ignore[union-attr]
    assert ShareLink.objects.count() == 3


def test_a_url_that_is_pasted_for_a_file_is_not_printed_back(admin_client: Client, setup: Setup) -> None:
    url = sign(setup).replace("files", "elsewhere", 1)
    entered = {"object_key": url, "lifetime": "30 days", "delivery": "stable"}
    page = admin_client.post(ADD, entered).content.decode()
    assert url[-64:] not in page
    assert "?[kept 1]" in read_form(page, "object_key")["object_key"]


def test_an_objects_name_is_shown_however_long(admin_client: Client, setup: Setup) -> None:
    name = f"reports/{'a1' * 40}.pdf"
    entered = {"object_key": name, "bucket": setup.bucket.pk, "lifetime": "nonsense", "delivery": "stable"}
    assert name in admin_client.post(ADD, entered).content.decode()


def test_what_a_page_carries_is_for_its_reader_and_for_an_hour(
    admin_client: Client, setup: Setup, until: str, now: datetime
) -> None:
    entered = {"url": sign(setup), "promised_until": "never", "save": "1"}
    again = {**read_form(admin_client.post(WATCH, entered).content.decode(), "url"), "promised_until": until}
    assert "X-Amz" not in again["kept"]
    aoi = User.objects.create_user("aoi", is_staff=True)
    aoi.groups.add(Group.objects.get(name="Link maker"))
    client = Client()
    client.force_login(aoi)
    forged = {**again, "kept": again["kept"][:-8] + "AAAAAAA="}
    with travel(now + timedelta(hours=2)):
        admin_late = Client()
        admin_late.force_login(User.objects.get(username="admin"))
        answers = [admin_late.post(WATCH, again)]
    answers += [client.post(WATCH, again), admin_client.post(WATCH, forged)]
    for answer in answers:
        assert answer.status_code == 200
        assert "What stood at the marks was kept for an hour. Paste it again." in unescape(answer.content.decode())
    assert not ShareLink.objects.exists()
