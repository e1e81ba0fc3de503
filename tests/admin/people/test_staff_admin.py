"""Colleagues and their roles."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client

from links.models import ShareLink
from tests.fixtures import Setup

pytestmark = pytest.mark.django_db


def test_a_colleague_gets_an_account_and_a_role_on_one_page(admin_client: Client) -> None:
    maker = Group.objects.get(name="Link maker")
    page = admin_client.get("/admin/auth/user/add/").content.decode()
    assert f'type="checkbox" name="groups" value="{maker.pk}"' in page
    entered = {
        "username": "mika",
        "password1": "harbour at dusk",
        "password2": "harbour at dusk",
        "is_staff": "on",
        "groups": [maker.pk],
    }
    assert admin_client.post("/admin/auth/user/add/", entered).status_code == 302
    mika = User.objects.get(username="mika")
    assert mika.is_staff
    assert mika.has_perm("links.add_sharelink")
    assert not mika.has_perm("links.view_signingkey")


def test_permissions_that_somebody_has_beside_their_roles_outlive_an_edit(admin_client: Client) -> None:
    mika = User.objects.create_user("mika", password="harbour at dusk", is_staff=True)
    mika.user_permissions.set(Group.objects.get(name="Auditor").permissions.all())
    entered = {"username": "mika", "first_name": "Mika", "is_active": "on", "is_staff": "on"}
    assert admin_client.post(f"/admin/auth/user/{mika.pk}/change/", entered).status_code == 302
    kept = User.objects.get(username="mika")
    assert kept.first_name == "Mika"
    assert kept.has_perm("links.see_every_sharelink")


def test_what_a_role_may_do_is_said_in_the_readers_language(admin_client: Client) -> None:
    role = f"/admin/auth/group/{Group.objects.get(name='Auditor').pk}/change/"
    page = admin_client.get(role, headers={"Accept-Language": "ja"}).content.decode()
    for told in ("リンクを閲覧できます", "バケットを追加できます", "ユーザーを変更できます"):
        assert told in page
    assert "Can " not in page
    labels = re.findall(r'name="permissions"[^>]*>\s*([^<]+)<', page)
    assert len(labels) > 30
    # Japanese has no other word for these two.
    assert not [label for label in labels if re.search("[A-Za-z]", re.sub("Webhook|API", "", label))]
    assert "May view links" in admin_client.get(role, headers={"Accept-Language": "en"}).content.decode()


def test_a_history_tells_moments_as_every_other_page_does(admin_client: Client, admin_user: User) -> None:
    mika = User.objects.create_user("mika")
    LogEntry.objects.log_actions(admin_user.pk, [mika], CHANGE, "Transferred.", single_object=True)
    LogEntry.objects.update(action_time=datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    admin_client.cookies["tz"] = "Asia/Tokyo"
    page = admin_client.get(f"/admin/auth/user/{mika.pk}/history/").content.decode()
    assert ">24 November 2026, 18:00 JST</time>" in page
    assert "Transferred." in page


def test_who_has_no_such_permission_sees_no_staff(client: Client) -> None:
    mika = User.objects.create_user("mika", is_staff=True)
    mika.groups.add(Group.objects.get(name="Manager"))
    client.force_login(mika)
    assert client.get("/admin/auth/user/").status_code == 403
    assert "/admin/auth/user/" not in client.get("/admin/").content.decode()


def test_the_list_shows_roles_and_who_has_one_and_no_mail_address(admin_client: Client) -> None:
    for name, mail in (("aoi", ""), ("ken", "ken@example.com")):
        User.objects.create_user(name, email=mail, is_staff=True).groups.add(Group.objects.get(name="Manager"))
    page = admin_client.get("/admin/auth/user/?q=aoi").content.decode()
    assert "No mail about links reaches this person." in page
    assert '<td class="field-shown_roles">Manager</td>' in page
    assert "No mail about links" not in admin_client.get("/admin/auth/user/?q=ken").content.decode()


def test_the_list_shows_who_has_a_role_and_no_full_name(admin_client: Client) -> None:
    for username, first, last in (("aoi", "", ""), ("sato", "健", "佐藤")):
        person = User.objects.create_user(username, first_name=first, last_name=last, is_staff=True)
        person.groups.add(Group.objects.get(name="Manager"))
    assert "Customers do not read who" in admin_client.get("/admin/auth/user/?q=aoi").content.decode()
    page = admin_client.get("/admin/auth/user/?q=sato").content.decode()
    assert '<td class="field-shown_name">佐藤 健</td>' in page
    assert "Customers do not read who" not in page


def test_who_leaves_with_links_is_said_to_and_the_list_of_them_is_one_press_away(
    admin_client: Client, setup: Setup
) -> None:
    mika = User.objects.create_user("mika", "mika@example.com", is_staff=True)
    page, entered = f"/admin/auth/user/{mika.pk}/change/", {"username": "mika", "is_staff": "on"}
    shown = admin_client.post(page, entered, follow=True).content.decode()
    assert "active link" not in shown
    User.objects.update(is_active=True)
    setup.create_link()
    ShareLink.objects.update(owner=mika)
    shown = admin_client.post(page, entered, follow=True).content.decode()
    assert "This user still has 1 active link" in shown
    assert f'href="/admin/links/sharelink/?owner={mika.pk}"' in shown
    shown = admin_client.post(page, {**entered, "first_name": "Mika"}, follow=True).content.decode()
    assert "active link" not in shown
