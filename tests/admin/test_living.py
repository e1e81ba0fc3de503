"""Living with a link: its end, its terms and its owner are changed on pages of their own."""

import re
from datetime import datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from links.domain.facts import Delivery
from links.models import ShareLink
from links.services import changes, issue
from tests.shelf import Shelf
from tests.strict_s3 import refusals

SCRIPT = {"HX-Request": "true"}


def page_of(link: ShareLink, page: str) -> str:
    return f"/admin/links/sharelink/{link.pk}/{page}/"


def post(client: Client, link: ShareLink, page: str, **entered: str) -> str:
    answer = client.post(page_of(link, page), entered, follow=True)
    link.refresh_from_db()
    return answer.content.decode()


# Its end --------------------------------------------------------------------------------------------------------


def test_a_new_end_is_foreseen_and_nothing_is_written(admin_client: Client, shelf: Shelf) -> None:
    link = shelf.issue().link
    before = link.promised_until
    page = admin_client.post(page_of(link, "end"), {"lifetime": "1 day", "preview": "1"}, headers=SCRIPT)
    assert "shorter" in page.content.decode()
    assert "<html" not in page.content.decode()
    link.refresh_from_db()
    assert link.promised_until == before
    assert not LogEntry.objects.exists()


def test_a_link_is_extended_under_the_same_url_and_it_is_written_down(
    admin_client: Client, shelf: Shelf, now: datetime
) -> None:
    issued = shelf.issue("1 hour")
    assert "longer" in post(admin_client, issued.link, "end", lifetime="2 days")
    assert issued.link.promised_until > now + timedelta(days=1)
    assert issue.reveal_url(issued.link) == issued.url
    assert LogEntry.objects.get().get_change_message().startswith("Extended")


def test_a_revoked_link_lives_again_only_for_who_says_that_it_shall(admin_client: Client, shelf: Shelf) -> None:
    link = shelf.issue().link
    changes.revoke(link, timezone.now())
    assert "It was revoked on" in post(admin_client, link, "end", lifetime="2 days")
    assert link.is_revoked
    assert "It works again under the same URL" in post(admin_client, link, "end", lifetime="2 days", agreed="on")
    assert not link.is_revoked


def test_an_end_that_the_store_does_not_bear_out_is_not_written(admin_client: Client, shelf: Shelf) -> None:
    link = shelf.issue("1 hour").link
    before = link.promised_until
    shelf.s3.answer = refusals.service_unavailable()
    assert "did not answer" in post(admin_client, link, "end", lifetime="2 days")
    assert link.promised_until == before


def test_the_end_of_a_presigned_url_cannot_be_changed(admin_client: Client, shelf: Shelf) -> None:
    link = shelf.issue("1 day", Delivery.PRESIGNED).link
    assert admin_client.get(page_of(link, "end")).status_code == 403
    assert admin_client.post(page_of(link, "end"), {"lifetime": "2 days"}).status_code == 403


# Its terms ------------------------------------------------------------------------------------------------------


def read_form(client: Client, link: ShareLink) -> dict[str, str]:
    """What a browser would send if nothing were changed."""
    form = client.get(page_of(link, "edit")).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: str(value) for name, value in values.items() if value not in (None, False)}


def test_an_edit_changes_what_was_entered_and_the_history_names_it(admin_client: Client, shelf: Shelf) -> None:
    link = shelf.issue(note="as it was").link
    entered = read_form(admin_client, link) | {"title": "Plan", "password": "correct horse", "download_limit": "3"}
    post(admin_client, link, "edit", **entered)
    assert (link.title, link.note, link.download_limit) == ("Plan", "as it was", 3)
    assert check_password("correct horse", link.password)
    told = LogEntry.objects.get().get_change_message()
    assert "Title" in told
    assert "correct horse" not in told
    assert "correct horse" not in admin_client.get(page_of(link, "edit")).content.decode()


def test_the_name_of_a_link_that_is_used_up_can_be_changed(admin_client: Client, shelf: Shelf) -> None:
    link = shelf.issue().link
    ShareLink.objects.update(download_limit=2, visit_count=2)
    post(admin_client, link, "edit", **{**read_form(admin_client, link), "title": "Plan"})
    assert (link.title, link.download_limit) == ("Plan", 2)


@pytest.mark.parametrize(
    ("entered", "field"),
    [({"download_limit": "2"}, "download_limit"), ({"password": "short"}, "password"), ({"remind_days": "60"}, "")],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_written(
    admin_client: Client, shelf: Shelf, entered: dict[str, str], field: str
) -> None:
    link = shelf.issue().link
    ShareLink.objects.update(visit_count=2)
    answer = admin_client.post(page_of(link, "edit"), {"title": "Plan", **entered})
    assert list(answer.context["form"].errors) == [field or next(iter(entered))]
    link.refresh_from_db()
    assert link.title == ""


# Its owner ------------------------------------------------------------------------------------------------------


def test_a_link_is_handed_to_a_colleague_who_may_make_links_and_to_nobody_else(
    admin_client: Client, shelf: Shelf
) -> None:
    link = shelf.issue().link
    ken, anna = User.objects.create_superuser("ken"), User.objects.create_user("anna", is_staff=True)
    offered = admin_client.get(page_of(link, "hand")).content.decode()
    assert re.search(rf'<option value="{ken.pk}"', offered)
    assert not re.search(rf'<option value="{anna.pk}"', offered)
    post(admin_client, link, "hand", colleague=str(anna.pk))
    assert link.owner is None
    assert "Handed to ken." in post(admin_client, link, "hand", colleague=str(ken.pk))
    assert link.owner == ken


# A last press that is late --------------------------------------------------------------------------------------


def test_a_link_that_was_revoked_is_not_made_to_follow_and_nobody_is_told_so(
    admin_client: Client, shelf: Shelf
) -> None:
    link = shelf.issue().link
    changes.revoke(link, timezone.now())
    assert "leads to the file that is there now" not in post(admin_client, link, "follow")
    assert (link.follows_latest, link.due_at) == (False, None)
    assert not LogEntry.objects.exists()


def test_revoking_says_first_who_is_affected(admin_client: Client, shelf: Shelf) -> None:
    link = shelf.issue().link
    ShareLink.objects.update(visit_count=41)
    assert "41 visits so far" in admin_client.get(page_of(link, "revoke")).content.decode()
    link.refresh_from_db()
    assert not link.is_revoked
    post(admin_client, link, "revoke")
    assert link.is_revoked
