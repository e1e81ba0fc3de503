"""What a page repeats of the secrets that were entered in it."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import Group, User
from django.test import Client
from time_machine import travel

from links.models import ShareLink, SigningKey
from tests.admin.link_pages import Filled, fill, page_of, sign
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
        assert "The marked content was kept for one hour only. Paste it again." in unescape(answer.content.decode())
    assert not ShareLink.objects.exists()


def test_the_password_of_a_new_link_is_kept_when_another_field_is_wrong_and_shown_once_when_it_is_made(
    admin_client: Client, setup: Setup
) -> None:
    entered = fill(setup, lifetime="soon", password="harbour at dusk", note="For Ogata")
    page = admin_client.post(ADD, entered).content.decode()
    assert "harbour at dusk" not in page
    assert "What you entered is kept" in page
    again = Filled(page).fields
    assert again["password"] == "[kept 1]"
    made = admin_client.post(ADD, {**entered, **again, "lifetime": "30 days", "delivery": "stable"}, follow=True)
    link = ShareLink.objects.get()
    assert check_password("harbour at dusk", link.password)
    assert 'value="harbour at dusk"' in made.content.decode()
    assert "harbour" not in str(dict(admin_client.session))
    later = admin_client.post(f"/admin/links/sharelink/{link.pk}/url/").content.decode()
    assert "harbour at dusk" not in later


def test_a_password_that_is_refused_itself_is_asked_for_again(admin_client: Client, setup: Setup) -> None:
    page = admin_client.post(ADD, fill(setup, password="short")).content.decode()
    assert "short" not in Filled(page).fields["password"]
    assert Filled(page).fields["password"] == ""


def test_a_new_password_is_kept_when_another_term_is_wrong(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    edit = page_of(link, "edit")
    entered = {**Filled(admin_client.get(edit).content.decode()).fields, "password": "harbour at dusk"}
    page = admin_client.post(edit, {**entered, "download_limit": "0"}).content.decode()
    assert "harbour at dusk" not in page
    admin_client.post(edit, {**entered, **Filled(page).fields, "download_limit": "3"})
    link.refresh_from_db()
    assert check_password("harbour at dusk", link.password)
    assert link.download_limit == 3


def test_a_keys_secret_is_kept_when_another_field_is_wrong(admin_client: Client, setup: Setup) -> None:
    new = setup.s3.add_key(setup.s3.add_user("carrier"))
    page = "/admin/links/signingkey/add/"
    entered = {"label": "carrier", "access_key_id": new.id, "secret": new.secret, "endpoint": "nonsense", "region": ""}
    shown = admin_client.post(page, entered).content.decode()
    assert new.secret not in shown
    again = {**entered, **Filled(shown).fields, "endpoint": setup.s3.url}
    assert again["secret"] == "[kept 1]"
    admin_client.post(page, again)
    assert SigningKey.objects.get(label="carrier").secret.open() == new.secret  # type: ignore[union-attr]


def test_a_kept_password_is_asked_for_again_after_an_hour(admin_client: Client, setup: Setup, now: datetime) -> None:
    entered = fill(setup, lifetime="soon", password="harbour at dusk")
    again = {**entered, **Filled(admin_client.post(ADD, entered).content.decode()).fields, "lifetime": "1 day"}
    with travel(now + timedelta(hours=2)):
        late = Client()
        late.force_login(User.objects.get(username="admin"))
        page = late.post(ADD, again).content.decode()
    assert "It was kept for an hour. Enter it again." in page
    assert not ShareLink.objects.exists()
