"""What the roles that come with Holdfast see, and what they do not."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client

from links.models import Bucket, Customer, Incident, ShareLink, SigningKey
from links.services.people.roles import ROLES
from tests.fixtures import Setup, let_share, token_of

ENTRANCES = {
    "link": "/admin/links/sharelink/",
    "make": "/admin/links/sharelink/add/",
    "watch": "/admin/links/sharelink/watch/",
    "doctor": "/admin/links/doctor/",
    "incident": "/admin/links/incident/",
    "notice": "/admin/links/incidentnotice/",
    "key": "/admin/links/signingkey/",
    "add key": "/admin/links/signingkey/add/",
    "bucket": "/admin/links/bucket/",
    "add bucket": "/admin/links/bucket/add/",
    "user": "/admin/auth/user/",
    "webhook": "/admin/links/webhook/",
    "webhook log": "/admin/links/webhookmessage/",
}
MAY_ENTER = {
    "Link maker": {"link", "make", "watch", "doctor"},
    "Manager": {"link", "make", "watch", "doctor", "incident", "notice", "bucket", "webhook", "webhook log"},
    "Key keeper": {"incident", "notice", "key", "add key", "bucket", "add bucket"},
    "Auditor": {"link", "doctor", "incident", "notice", "key", "bucket", "webhook", "webhook log"},
}

PAGE_ACTIONS = ("url", "validate", "follow", "end", "edit", "owner", "revoke", "rescue")
BULK_ACTIONS = ("end", "owner", "revoke")
LIST_ACTIONS = (
    *("validate_selected", "change_end_of_selected", "duplicate_selected"),
    *("change_owner_of_selected", "rescue_selected", "revoke_selected"),
)
# What each may do with a link of their own, and with a colleague's: 404 where they may not know of it.
NO_LINKS = (404, 404)
ANSWERS = {
    "Link maker": (None, 404),
    "Manager": (None, None),
    "Key keeper": NO_LINKS,
    "Auditor": (403, 403),
}

Take = Callable[[str], Client]


@pytest.fixture
def take(db: None) -> Take:
    """Signs a new member of staff in, who has this role, and may share from every bucket if they make links."""

    def make(role: str) -> Client:
        user = User.objects.create_user("mika", is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        if role == "Link maker":
            let_share(user)
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
def test_what_a_role_may_not_do_it_does_not_see(role: str, take: Take, setup: Setup) -> None:
    setup.create_link()
    page = take(role).get("/admin/").content.decode()
    offered = {name for name, address in ENTRANCES.items() if f'href="{address}"' in page}
    assert offered == MAY_ENTER[role]


@pytest.mark.parametrize(("role", "sees"), [("Link maker", False), ("Manager", True), ("Auditor", True)])
def test_everyones_links_are_for_managers_and_auditors(role: str, sees: bool, take: Take, setup: Setup) -> None:
    link = setup.create_link().link
    client = take(role)
    assert (link.object_key in client.get("/admin/links/sharelink/").content.decode()) is sees
    assert client.get(f"/admin/links/sharelink/{link.pk}/change/").status_code == (200 if sees else 404)
    live = client.get("/admin/").context["dashboard"].counts[0]
    assert live.number == ("1" if sees else "0")


def test_an_auditor_reads_all_changes_nothing_and_sees_no_secret(take: Take, setup: Setup) -> None:
    new_link = setup.create_link()
    client, page = take("Auditor"), f"/admin/links/sharelink/{new_link.link.pk}"
    shown = client.get(f"{page}/change/").content.decode()
    assert token_of(new_link.url) not in shown
    assert "<form" not in shown.partition('id="content-main"')[2].partition("</main>")[0]
    for action in PAGE_ACTIONS:
        assert client.post(f"{page}/{action}/").status_code == 403
    assert not ShareLink.objects.exclude(revoked_at=None).exists()


def test_a_key_keeper_learns_of_an_incident_but_not_whose_links_it_harms(
    take: Take, setup: Setup, now: datetime
) -> None:
    incident = Incident.objects.create(
        code="key-unknown", subject="AKIA", verdict="broken", opened_at=now, changed_at=now, link_count=1
    )
    link = setup.create_link().link
    incident.incident_links.create(link=link, since=now)
    page = take("Key keeper").get(f"/admin/links/incident/{incident.pk}/change/").content.decode()
    assert "AKIA" in page
    assert link.object_key not in page


def test_a_maker_of_links_makes_no_stable_links_of_others_urls(take: Take, setup: Setup, now: datetime) -> None:
    incident = Incident.objects.create(
        code="key-unknown", subject="AKIA", verdict="broken", opened_at=now, changed_at=now, link_count=1
    )
    assert take("Link maker").post(f"/admin/links/incident/{incident.pk}/rescue/").status_code == 403


# Each role and each action ----------------------------------------------------------------------------------------


def put_by(setup: Setup, *, own: bool) -> ShareLink:
    """A link of whoever was signed in, or of a colleague's."""
    link = setup.create_link(note="as it was").link
    link.owner = User.objects.get(username="mika") if own else User.objects.create_user("ken", is_staff=True)
    link.save()
    return link


def state_of(link: ShareLink) -> dict[str, object]:
    link = ShareLink.objects.get(pk=link.pk)
    return {field.attname: getattr(link, field.attname) for field in link._meta.fields if field.name != "token"}


@pytest.mark.parametrize("action", PAGE_ACTIONS)
@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("role", ANSWERS)
def test_an_action_that_is_not_a_roles_is_refused_and_does_nothing(
    role: str, own: bool, action: str, take: Take, setup: Setup
) -> None:
    client, link = take(role), put_by(setup, own=own)
    before = state_of(link)
    answer = client.post(f"/admin/links/sharelink/{link.pk}/{action}/", {"lifetime": "1 day", "title": "Taken"})
    expected = ANSWERS[role][0 if own else 1]
    if expected is None:
        assert answer.status_code in (200, 302)
    elif ANSWERS[role] == NO_LINKS and own:
        assert answer.status_code in (403, 404)
    else:
        assert answer.status_code == expected
    if expected is not None:
        assert state_of(link) == before
        assert not LogEntry.objects.exists()


@pytest.mark.parametrize("role", ANSWERS)
def test_a_links_page_offers_what_its_role_may_do_and_nothing_else(role: str, take: Take, setup: Setup) -> None:
    client, link = take(role), put_by(setup, own=True)
    answer = client.get(f"/admin/links/sharelink/{link.pk}/change/")
    if ANSWERS[role] == NO_LINKS:
        assert answer.status_code == 403
        return
    page = answer.content.decode()
    offered = {action for action in PAGE_ACTIONS if f"/sharelink/{link.pk}/{action}/" in page}
    may = {"url", "validate", "end", "edit", "owner", "revoke"} if ANSWERS[role][0] is None else set()
    assert offered == may
    assert (f"?copy={link.pk}" in page) is bool(may)


@pytest.mark.parametrize("role", ANSWERS)
def test_many_colleagues_links_are_changed_by_who_may_see_them(role: str, take: Take, setup: Setup) -> None:
    client, link = take(role), put_by(setup, own=False)
    before = state_of(link)
    may = ANSWERS[role][1] is None
    entered = {"selected": str(link.pk), "lifetime": "1 day", "colleague": User.objects.get(username="mika").pk}
    for action in BULK_ACTIONS:
        answer = client.post(f"/admin/links/sharelink/{action}/", entered)
        assert answer.status_code == (200 if "add_sharelink" in ROLES[role] else 403)
    assert (state_of(link) != before) is may


@pytest.mark.parametrize("role", ANSWERS)
def test_many_colleagues_links_are_copied_by_who_may_see_them(role: str, take: Take, setup: Setup) -> None:
    client, link = take(role), put_by(setup, own=False)
    answer = client.post("/admin/links/sharelink/duplicate/", {"selected": str(link.pk), "lifetime": ""})
    assert answer.status_code == (200 if "add_sharelink" in ROLES[role] else 403)
    assert ShareLink.objects.count() == (2 if ANSWERS[role][1] is None else 1)


@pytest.mark.parametrize("role", ANSWERS)
def test_the_list_offers_no_action_to_who_changes_nothing(role: str, take: Take, setup: Setup) -> None:
    client, link = take(role), put_by(setup, own=True)
    page = client.get("/admin/links/sharelink/").content.decode()
    offered = {action for action in LIST_ACTIONS if f'value="{action}"' in page}
    assert offered == (set(LIST_ACTIONS) if ANSWERS[role][0] is None else set())
    before = state_of(link)
    if not offered:
        for action in LIST_ACTIONS:
            client.post("/admin/links/sharelink/", {"action": action, "_selected_action": str(link.pk)})
        assert state_of(link) == before
        assert ShareLink.objects.count() == 1


@pytest.mark.parametrize("role", ["Link maker", "Manager", "Auditor"])
def test_keys_and_buckets_are_changed_by_their_keeper_only(role: str, take: Take, setup: Setup) -> None:
    client, asked = take(role), len(setup.s3.requests)
    key, bucket = f"signingkey/{setup.key.pk}", f"bucket/{setup.bucket.pk}"
    for page in (
        *(f"{key}/{page}" for page in ("change", "delete", "prove", "rotate")),
        *(f"{bucket}/{page}" for page in ("change", "delete", "test")),
        *("signingkey/add", "bucket/add"),
    ):
        assert client.post(f"/admin/links/{page}/", {"label": "mine", "post": "yes"}).status_code in (403, 404), page
    assert SigningKey.objects.get().label == "Share"
    assert Bucket.objects.get() == setup.bucket
    assert len(setup.s3.requests) == asked


@pytest.mark.parametrize("role", ["Link maker", "Key keeper", "Auditor"])
def test_customers_are_changed_by_managers_only(role: str, take: Take, now: datetime) -> None:
    client, customer = take(role), Customer.objects.create(name="Ogata", created_at=now)
    for page in ("edit", "delete"):
        answer = client.post(f"/admin/links/customer/{customer.pk}/{page}/", {"name": "Taken", "post": "yes"})
        assert answer.status_code in (403, 404)
    assert Customer.objects.get().name == "Ogata"
