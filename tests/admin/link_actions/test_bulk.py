"""Many links at one press: chosen in the list, asked about, and answered row by row."""

from typing import TYPE_CHECKING

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from links.admin.link_actions import selection
from links.domain.facts import Delivery
from links.models import Customer, ShareLink, Validation
from links.services import changes, issue
from links.words.histories import tell
from tests.shelf import Shelf

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

LIST = "/admin/links/sharelink/"


def choose(client: Client, action: str, *links: ShareLink) -> "Answer":
    return client.post(LIST, {"action": action, "_selected_action": [str(link.pk) for link in links]})


def answer(client: Client, page: str, *links: ShareLink, **entered: str) -> list[tuple[int, str]]:
    """What came of each link."""
    shown = client.post(f"{LIST}{page}/", {"chosen": ",".join(str(link.pk) for link in links), **entered})
    return [(row.link.pk, row.badge.word) for row in shown.context["page"].rows]


def test_many_links_are_revoked_after_one_question(admin_client: Client, shelf: Shelf) -> None:
    links = [shelf.issue().link for _ in range(3)]
    ShareLink.objects.update(customer=Customer.objects.create(name="Example Ltd.", created_at=timezone.now()))
    changes.revoke(links[0], timezone.now())
    asked = choose(admin_client, "revoke_selected", *links).content.decode()
    assert "2 links will be revoked" in asked
    left_out = asked.partition("Left out, because they were revoked before:")[2].partition("</p>")[0]
    assert [f"#{link.pk}<" in left_out for link in links] == [True, False, False]
    assert "Customers: Example Ltd." in asked
    assert "Ltd.." not in asked
    assert ShareLink.objects.filter(revoked_at=None).count() == 2
    assert dict(answer(admin_client, "revoke", *links)) == {
        links[0].pk: "As before",
        links[1].pk: "Revoked",
        links[2].pk: "Revoked",
    }
    assert not ShareLink.objects.filter(revoked_at=None).exists()
    assert LogEntry.objects.count() == 2


def test_many_ends_are_changed_and_each_link_is_answered_for(admin_client: Client, shelf: Shelf) -> None:
    short, long, revoked = (shelf.issue(lifetime).link for lifetime in ("1 day", "90 days", "1 day"))
    presigned = shelf.issue("1 day", Delivery.PRESIGNED).link
    changes.revoke(revoked, timezone.now())
    links = (short, long, revoked, presigned)
    assert b'name="chosen"' in choose(admin_client, "change_end_of_selected", *links).content
    outcome = dict(answer(admin_client, "end", *links, lifetime="30 days"))
    assert outcome == {short.pk: "Extended", long.pk: "Shortened", revoked.pk: "Refused", presigned.pk: "Refused"}
    revoked.refresh_from_db()
    assert revoked.is_revoked


def test_what_a_new_end_would_do_is_said_before_anything_is_saved(admin_client: Client, shelf: Shelf) -> None:
    links = [shelf.issue(lifetime).link for lifetime in ("1 day", "2 days", "90 days", "1 hour")]
    ShareLink.objects.filter(pk=links[3].pk).update(promised_until=timezone.now())
    before = list(ShareLink.objects.order_by("pk").values_list("promised_until", flat=True))
    chosen = ",".join(str(link.pk) for link in links)
    shown = admin_client.post(f"{LIST}end/", {"chosen": chosen, "lifetime": "30 days", "preview": "1"})
    counts = {badge.word: count for count, badge in shown.context["foreseen"].counts}
    assert counts == {"Ends later": 2, "Ends earlier": 1, "Lives again": 1}
    assert "Nothing is saved yet." in shown.content.decode()
    assert 'name="chosen"' in shown.content.decode()
    assert list(ShareLink.objects.order_by("pk").values_list("promised_until", flat=True)) == before
    assert not LogEntry.objects.exists()


def test_many_links_are_handed_over(admin_client: Client, shelf: Shelf) -> None:
    links, ken = [shelf.issue().link for _ in range(2)], User.objects.create_superuser("ken")
    changes.hand_to(links[0], ken)
    outcome = dict(answer(admin_client, "hand", *links, colleague=str(ken.pk)))
    assert outcome == {links[0].pk: "As before", links[1].pk: "Handed over"}
    assert ShareLink.objects.filter(owner=ken).count() == 2


def test_many_links_are_validated_and_those_that_are_over_are_left_out(admin_client: Client, shelf: Shelf) -> None:
    links = [shelf.issue().link for _ in range(3)]
    changes.revoke(links[0], timezone.now())
    rows = choose(admin_client, "validate_selected", *links).context["page"].rows
    assert {row.link.pk: row.badge.word for row in rows} == {
        links[0].pk: "Left out",
        links[1].pk: "Healthy",
        links[2].pk: "Healthy",
    }
    assert Validation.objects.count() == 2


def test_a_press_takes_a_thousand_and_says_that_others_are_left(
    admin_client: Client, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "MAX_SELECTED", 2)
    links = [shelf.issue().link for _ in range(3)]
    asked = choose(admin_client, "revoke_selected", *links)
    assert "More were chosen than one press takes" in asked.content.decode()
    assert len(asked.context["chosen"].numbers.split(",")) == 2


@pytest.mark.parametrize("chosen", ["", "x", "1;2", "-1", "9" * 40])
def test_a_mangled_choice_changes_nothing(admin_client: Client, shelf: Shelf, chosen: str) -> None:
    shelf.issue()
    shown = admin_client.post(f"{LIST}revoke/", {"chosen": chosen})
    assert shown.status_code == 200
    assert "No link was chosen." in shown.content.decode()
    assert not ShareLink.objects.exclude(revoked_at=None).exists()


def test_many_links_are_made_once_more_and_their_urls_shown_once(admin_client: Client, shelf: Shelf) -> None:
    plain, locked = shelf.issue("10 days").link, shelf.issue().link
    ShareLink.objects.filter(pk=locked.pk).update(password=make_password("harbour at dusk"))
    asked = choose(admin_client, "duplicate_selected", plain, locked).content.decode()
    assert "2 links are made once more" in asked
    assert ShareLink.objects.count() == 2
    shown = admin_client.post(f"{LIST}duplicate/", {"chosen": f"{plain.pk},{locked.pk}", "lifetime": ""})
    page = shown.content.decode()
    copy = ShareLink.objects.exclude(pk__in=[plain.pk, locked.pk]).get()
    assert copy.owner == shown.wsgi_request.user
    assert issue.reveal_url(copy) in page
    assert "1 link was made." in page
    columns = "link,copied_link,customer,mail,reference,title,object,note,promised_until,url"
    assert f"{columns}\n{copy.pk},{plain.pk}," in page
    assert "It has a password" in page
    assert "Copy of:" in page
    assert "In place of:" not in page
    assert tell(LogEntry.objects.get().change_message) == "Made as a copy of another link."


def test_a_lifetime_for_all_copies_is_asked_for_again_where_it_cannot_be_read(
    admin_client: Client, shelf: Shelf
) -> None:
    link = shelf.issue().link
    page = admin_client.post(f"{LIST}duplicate/", {"chosen": str(link.pk), "lifetime": "30"}).content.decode()
    assert "30 of what?" in page
    assert f'name="chosen" value="{link.pk}"' in page
    assert ShareLink.objects.count() == 1


@pytest.mark.parametrize("page", ["end", "hand", "revoke", "duplicate"])
def test_what_changes_many_is_posted(admin_client: Client, page: str) -> None:
    assert admin_client.get(f"{LIST}{page}/")["Location"] == LIST
