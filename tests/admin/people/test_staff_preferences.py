from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from links.models import StaffPreferences


def reads(user: User) -> tuple[str, str]:
    reader = StaffPreferences.objects.get(user=user)
    return reader.language, reader.zone


def test_how_a_member_of_staff_reads_is_remembered(admin_client: Client, admin_user: User) -> None:
    admin_client.cookies["tz"] = "Asia/Tokyo"
    admin_client.get("/admin/", headers={"Accept-Language": "ja"})
    assert reads(admin_user) == ("ja", "Asia/Tokyo")
    admin_client.get("/admin/", headers={"Accept-Language": "en"})
    assert reads(admin_user) == ("en", "Asia/Tokyo")


def test_a_browser_that_tells_no_zone_takes_none_away(admin_client: Client, admin_user: User) -> None:
    StaffPreferences.objects.create(user=admin_user, language="ja", zone="Asia/Tokyo")
    admin_client.get("/admin/")
    assert reads(admin_user) == ("en", "Asia/Tokyo")


def test_a_zone_that_is_none_is_not_written_down(admin_client: Client, admin_user: User) -> None:
    admin_client.cookies["tz"] = "Mars/Olympus"
    admin_client.get("/admin/")
    assert reads(admin_user) == ("en", "UTC")


def test_what_has_not_changed_costs_no_query(admin_client: Client) -> None:
    admin_client.get("/admin/")
    with CaptureQueriesContext(connection) as asked:
        admin_client.get("/admin/")
    assert not [query for query in asked if StaffPreferences._meta.db_table in query["sql"]]
    assert not [query for query in asked if query["sql"].startswith("UPDATE")]


def test_who_is_not_signed_in_is_nobody_to_remember(client: Client, db: None) -> None:
    assert client.get("/admin/").status_code == 302
    assert not StaffPreferences.objects.exists()
