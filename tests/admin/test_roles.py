"""What the roles that come with Holdfast see, and what they do not."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from links.models import Incident, ShareLink
from tests.shelf import Shelf, token_of

ENTRANCES = {
    "link": "/admin/links/sharelink/",
    "make": "/admin/links/sharelink/add/",
    "watch": "/admin/links/sharelink/watch/",
    "doctor": "/admin/links/doctor/",
    "incident": "/admin/links/incident/",
    "notice": "/admin/links/notice/",
    "key": "/admin/links/signingkey/",
    "add key": "/admin/links/signingkey/add/",
    "bucket": "/admin/links/bucket/",
    "add bucket": "/admin/links/bucket/add/",
    "user": "/admin/auth/user/",
}
MAY_ENTER = {
    "Link maker": {"link", "make", "watch", "doctor"},
    "Manager": {"link", "make", "watch", "doctor", "incident", "notice"},
    "Key keeper": {"incident", "notice", "key", "add key", "bucket", "add bucket"},
    "Auditor": {"link", "doctor", "incident", "notice", "key", "bucket"},
}

Take = Callable[[str], Client]


@pytest.fixture
def take(db: None) -> Take:
    """Signs a new member of staff in, who has this role."""

    def make(role: str) -> Client:
        user = User.objects.create_user("mika", is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.mark.parametrize("role", MAY_ENTER)
def test_each_role_enters_what_is_its_own_and_nothing_else(role: str, take: Take) -> None:
    client = take(role)
    entered = {name for name, address in ENTRANCES.items() if client.get(address).status_code == 200}
    assert entered == MAY_ENTER[role]


@pytest.mark.parametrize("role", MAY_ENTER)
def test_what_a_role_may_not_do_it_does_not_see(role: str, take: Take, shelf: Shelf) -> None:
    shelf.issue()
    page = take(role).get("/admin/").content.decode()
    offered = {name for name, address in ENTRANCES.items() if f'href="{address}"' in page}
    assert offered == MAY_ENTER[role]


@pytest.mark.parametrize(("role", "sees"), [("Link maker", False), ("Manager", True), ("Auditor", True)])
def test_everyones_links_are_for_managers_and_auditors(role: str, sees: bool, take: Take, shelf: Shelf) -> None:
    link = shelf.issue().link
    client = take(role)
    assert (link.object_key in client.get("/admin/links/sharelink/").content.decode()) is sees
    assert client.get(f"/admin/links/sharelink/{link.pk}/change/").status_code == (200 if sees else 404)
    live = client.get("/admin/").context["dashboard"].counts[0]
    assert live.number == ("1" if sees else "0")


def test_an_auditor_reads_all_changes_nothing_and_sees_no_secret(take: Take, shelf: Shelf) -> None:
    issued = shelf.issue()
    client, page = take("Auditor"), f"/admin/links/sharelink/{issued.link.pk}"
    shown = client.get(f"{page}/change/").content.decode()
    assert token_of(issued.url) not in shown
    assert "<form" not in shown.partition('id="content-main"')[2].partition("</main>")[0]
    for deed in ("url", "validate", "revoke", "extend", "rescue"):
        assert client.post(f"{page}/{deed}/").status_code == 403
    assert not ShareLink.objects.exclude(revoked_at=None).exists()


def test_a_key_keeper_learns_of_an_incident_but_not_whose_links_it_harms(
    take: Take, shelf: Shelf, now: datetime
) -> None:
    incident = Incident.objects.create(
        code="key-unknown", subject="AKIA", verdict="broken", opened_at=now, changed_at=now, link_count=1
    )
    link = shelf.issue().link
    incident.harms.create(link=link, since=now)
    page = take("Key keeper").get(f"/admin/links/incident/{incident.pk}/change/").content.decode()
    assert "AKIA" in page
    assert link.object_key not in page


def test_a_maker_of_links_makes_no_stable_links_of_others_urls(take: Take, shelf: Shelf, now: datetime) -> None:
    incident = Incident.objects.create(
        code="key-unknown", subject="AKIA", verdict="broken", opened_at=now, changed_at=now, link_count=1
    )
    assert take("Link maker").post(f"/admin/links/incident/{incident.pk}/rescue/").status_code == 403
