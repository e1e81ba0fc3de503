from html.parser import HTMLParser

import pytest
from django.test import Client

from links.services.visits.clicks import Visitor, follow
from tests.fixtures import Setup, token_of
from tests.markup import tidy

PAGES = [
    "/admin/",
    "/admin/login/",
    "/admin/links/",
    "/admin/links/sharelink/",
    "/admin/links/sharelink/add/",
    "/admin/links/sharelink/watch/",
    "/admin/links/signingkey/",
    "/admin/links/signingkey/add/",
    "/admin/links/bucket/",
    "/admin/links/bucket/add/",
    "/admin/links/incident/",
    "/admin/links/incidentnotice/",
    "/admin/links/customer/",
    "/admin/links/customer/add/",
    "/admin/links/linkmail/",
    "/admin/links/timerequest/",
    "/admin/links/visit/",
    "/admin/links/validation/",
    "/admin/auth/user/",
    "/admin/auth/user/add/",
    "/admin/password_change/",
]


class Inline(HTMLParser):
    """Finds what a strict policy forbids: scripts and styles that stand in the page itself, and foreign addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        inline = tag == "style" or (tag == "script" and "src" not in given)
        if inline or "style" in given or any(name.startswith("on") for name in given):
            self.found.append(tag)
        if tag in ("script", "link", "img") and str(given.get("src") or given.get("href")).startswith(("http", "//")):
            self.found.append(tag)


@pytest.mark.parametrize("address", PAGES)
def test_a_strict_policy_breaks_no_page(address: str, admin_client: Client, setup: Setup, client: Client) -> None:
    answer = (client if "login" in address else admin_client).get(address)
    assert answer.status_code == 200
    page = Inline()
    page.feed(answer.content.decode())
    assert page.found == []
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_nothing_is_kept_of_the_staffs_pages(admin_client: Client) -> None:
    assert "no-store" in admin_client.get("/admin/")["Cache-Control"]


def test_the_daily_things_stand_at_the_top(admin_client: Client) -> None:
    apps = admin_client.get("/admin/").context["app_list"]
    assert apps[0]["app_label"] == "links"
    assert [model["object_name"] for model in apps[0]["models"]][:2] == ["ShareLink", "Incident"]


def test_visits_are_listed_and_only_read(admin_client: Client, setup: Setup, now: object) -> None:
    from django.utils import timezone

    follow(token_of(setup.create_link().url), Visitor("203.0.113.77"), now=timezone.now())
    page = admin_client.get("/admin/links/visit/").content.decode()
    assert "Download started" in page
    assert "203.0.113.0/24" in page
    assert "203.0.113.77" not in page
    assert admin_client.get("/admin/links/visit/add/").status_code == 403


@pytest.mark.parametrize("rows", ["visit", "linkmail", "incidentnotice", "validation"])
def test_a_row_of_what_happened_has_no_page_but_its_list(rows: str, admin_client: Client) -> None:
    answer = admin_client.get(f"/admin/links/{rows}/1/change/")
    assert (answer.status_code, answer["Location"]) == (302, f"/admin/links/{rows}/")
    assert admin_client.get(f"/admin/links/{rows}/add/").status_code == 403


def test_the_reader_chooses_the_language(admin_client: Client) -> None:
    admin_client.post("/i18n/setlang/", {"language": "ja", "next": "/admin/"})
    assert '<html lang="ja"' in admin_client.get("/admin/").content.decode()


def test_who_signs_in_chooses_the_language_and_still_arrives_where_they_wanted(client: Client, db: None) -> None:
    wanted = "/admin/login/?next=/admin/links/bucket/"
    page = tidy(client.get(wanted).content.decode())
    assert '<button name="language" value="ja" lang="ja">日本語</button>' in page
    assert f'name="next" value="{wanted}"' in page
    assert "Times are shown" not in page
    answer = client.post("/i18n/setlang/", {"language": "ja", "next": wanted}, follow=True)
    assert answer.redirect_chain[-1][0] == wanted
    assert '<html lang="ja"' in answer.content.decode()


def test_djangos_heading_for_what_adds_rows_does_not_read_as_one_more_link(admin_client: Client) -> None:
    page = admin_client.get("/admin/links/", headers={"Accept-Language": "ja"}).content.decode()
    assert "追加のリンク" not in page


def test_staff_who_lost_their_way_are_led_back_and_nobody_else_is_told(admin_client: Client, client: Client) -> None:
    for address in ("/admin/links/sharelink/4711/change/", "/admin/no/such/page/"):
        answer = admin_client.get(address)
        assert answer.status_code == 404
        assert 'href="/admin/">To the front page</a>' in answer.content.decode()
    assert "To the front page" not in admin_client.get("/s/nothing").content.decode()
    assert "To the front page" not in client.get("/admin/no/such/page/", follow=True).content.decode()
