"""Who may share from a bucket: said, given and withdrawn on its page."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from links.models import ShareLink, SharePermission
from links.services.links import sharing
from tests.fixtures import OBJECT, Setup, let_share

BUCKETS, LIST = "/admin/links/bucket/", "/admin/links/sharepermission/"
GIVER = ("view_bucket", "view_sharepermission", "add_sharepermission", "delete_sharepermission")

SignIn = Callable[..., Client]


@pytest.fixture
def ken(db: None) -> User:
    """A colleague who may make links."""
    user = User.objects.create_user("ken", first_name="Ken", last_name="Ogata", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="add_sharelink"))
    return user


def page_of(setup: Setup, page: str = "change") -> str:
    return f"{BUCKETS}{setup.bucket.pk}/{page}/"


def give(client: Client, setup: Setup, whom: User | Group, **entered: str) -> str:
    kind = "role" if isinstance(whom, Group) else "person"
    answer = client.post(page_of(setup, "sharing/give"), {"receiver": f"{kind}:{whom.pk}", **entered}, follow=True)
    return answer.content.decode()


def test_a_person_is_let_share_and_the_page_says_so(sign_in: SignIn, setup: Setup, ken: User) -> None:
    client = sign_in(*GIVER)
    page = give(client, setup, ken, starts_with="reports/", max_days="30")
    for told in ("Ken Ogata", "names that start with “reports/”", "30 days at most", "mika"):
        assert told in page
    scope = sharing.find_scope(ken)
    assert scope.may_share(setup.bucket.pk, OBJECT)
    assert not scope.may_share(setup.bucket.pk, "report")
    assert "Ken Ogata may now share from this bucket" in client.get(page_of(setup, "history")).content.decode()


def test_a_role_is_let_share_with_everybody_who_has_it(sign_in: SignIn, setup: Setup, ken: User) -> None:
    maker = Group.objects.get(name="Link maker")
    ken.groups.add(maker)
    page = give(sign_in(*GIVER), setup, maker)
    assert "everything in it" in page
    assert "any lifetime" in page
    assert sharing.find_scope(ken).may_share(setup.bucket.pk, "any")


def test_whoever_is_let_share_again_gets_the_new_longest_lifetime(sign_in: SignIn, setup: Setup, ken: User) -> None:
    client = sign_in(*GIVER)
    give(client, setup, ken, starts_with="reports/", max_days="30")
    give(client, setup, ken, starts_with="reports/", max_days="7")
    assert SharePermission.objects.get().max_days == 7


def test_a_prefix_with_a_slash_before_it_is_refused_with_the_one_that_is_meant(
    sign_in: SignIn, setup: Setup, ken: User
) -> None:
    client = sign_in(*GIVER)
    page = give(client, setup, ken, starts_with="/reports/")
    assert "No name in this bucket starts with “/reports/”. Enter “reports/”:" in page
    assert not SharePermission.objects.exists()
    give(client, setup, ken, starts_with="reports/")
    assert sharing.find_scope(ken).may_share(setup.bucket.pk, OBJECT)


def test_where_names_do_begin_with_a_slash_the_prefix_means_just_that(sign_in: SignIn, setup: Setup, ken: User) -> None:
    setup.stored.put("/reports/a.pdf", b"a")
    give(sign_in(*GIVER), setup, ken, starts_with="/reports/")
    scope = sharing.find_scope(ken)
    assert scope.may_share(setup.bucket.pk, "/reports/a.pdf")
    assert not scope.may_share(setup.bucket.pk, OBJECT)


def test_where_the_store_does_not_say_what_is_there_a_slash_before_a_prefix_is_refused(
    sign_in: SignIn, setup: Setup, ken: User
) -> None:
    setup.stored.put("/reports/a.pdf", b"a")
    setup.s3.account.users["share"].deny("s3:ListBucket")
    assert "Enter “reports/”" in give(sign_in(*GIVER), setup, ken, starts_with="/reports/")
    assert not SharePermission.objects.exists()


@pytest.mark.parametrize(
    "entered", [{"starts_with": " a/"}, {"starts_with": "a/ "}, {"starts_with": "a//../"}, {"starts_with": "e\u0301/"}]
)
def test_a_prefix_is_kept_letter_for_letter(entered: dict[str, str], sign_in: SignIn, setup: Setup, ken: User) -> None:
    give(sign_in(*GIVER), setup, ken, **entered)
    assert SharePermission.objects.get().prefix == entered["starts_with"]


@pytest.mark.parametrize(
    ("entered", "told"),
    [
        ({"starts_with": "é" * 600}, "1024"),
        ({"starts_with": "a\0b"}, "Null"),
        ({"max_days": "0"}, "greater than or equal to 1"),
        ({"receiver": "person:999999"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_given_is_said_beside_its_field(
    entered: dict[str, str], told: str, sign_in: SignIn, setup: Setup, ken: User
) -> None:
    assert told in give(sign_in(*GIVER), setup, ken, **entered)
    assert not SharePermission.objects.exists()


def test_only_who_may_make_links_is_offered(sign_in: SignIn, setup: Setup, ken: User) -> None:
    User.objects.create_user("anna", is_staff=True)
    page = sign_in(*GIVER).get(page_of(setup, "sharing/give")).content.decode()
    assert "Ken Ogata (ken)" in page
    assert "anna" not in page


def test_only_roles_whose_people_may_make_links_are_offered(sign_in: SignIn, setup: Setup) -> None:
    client, own = sign_in(*GIVER), Group.objects.create(name="Own")
    own.permissions.set(Permission.objects.filter(codename="view_sharelink"))
    makers = set(Group.objects.filter(permissions__codename="add_sharelink"))
    page = client.get(page_of(setup, "sharing/give")).content.decode()
    assert Group.objects.get(name="Link maker") in makers
    for role in Group.objects.all():
        assert (f'value="role:{role.pk}"' in page) == (role in makers), role
    assert "Select a valid choice" in give(client, setup, Group.objects.get(name="Auditor"))
    assert not SharePermission.objects.exists()


def test_what_is_withdrawn_makes_no_new_links_and_leaves_the_old_ones(sign_in: SignIn, setup: Setup, ken: User) -> None:
    let_share(ken)
    link, permission = setup.create_link().link, SharePermission.objects.get()
    client = sign_in(*GIVER, "view_sharelink")
    address = page_of(setup, f"sharing/{permission.pk}/withdraw")
    page = client.post(address, follow=True).content.decode()
    assert "Existing links still work" in page
    assert re.search(
        rf"Revoke those that should stop\. <a href=\S+/sharelink/\?bucket__id__exact={setup.bucket.pk}", page
    )
    assert "No role and no person yet." in page
    assert not sharing.find_scope(ken).may_use(setup.bucket.pk)
    assert not ShareLink.objects.get(pk=link.pk).is_revoked
    assert "already withdrawn" in client.post(address, follow=True).content.decode()
    assert "no longer" in client.get(page_of(setup, "history")).content.decode()


def test_a_permission_of_another_bucket_is_not_withdrawn_here(sign_in: SignIn, setup: Setup, ken: User) -> None:
    let_share(ken)
    other = SharePermission.objects.get()
    for wrong in ("9" * 30, "x", str(other.pk + 1)):
        sign_in_again = Client()
        sign_in_again.force_login(User.objects.create_superuser(f"root{wrong[:3]}"))
        assert sign_in_again.post(page_of(setup, f"sharing/{wrong}/withdraw")).status_code == 302
    assert SharePermission.objects.get() == other


@pytest.mark.parametrize("codenames", [("view_bucket",), ("view_bucket", "change_bucket", "view_sharepermission")])
def test_who_may_not_say_who_shares_gives_and_withdraws_nothing(
    codenames: tuple[str, ...], sign_in: SignIn, setup: Setup, ken: User
) -> None:
    let_share(ken)
    client, permission = sign_in(*codenames), SharePermission.objects.get()
    page = client.get(page_of(setup)).content.decode()
    assert "sharing/give" not in page
    assert "withdraw" not in page
    assert ("Ken Ogata" in page) is ("view_sharepermission" in codenames)
    assert client.get(page_of(setup, "sharing/give")).status_code == 403
    assert client.post(page_of(setup, "sharing/give"), {"receiver": f"person:{ken.pk}"}).status_code == 403
    assert client.post(page_of(setup, f"sharing/{permission.pk}/withdraw")).status_code == 403
    assert SharePermission.objects.get() == permission


def test_the_list_says_who_may_share_what(sign_in: SignIn, setup: Setup, ken: User) -> None:
    let_share(ken, "reports/")
    let_share(Group.objects.get(name="Link maker"), "photos/")
    client = sign_in("view_sharepermission")
    page = client.get(LIST).content.decode()
    for told in ("Ken Ogata", "Link maker", "reports/", "photos/", "files"):
        assert told in page
    found = client.get(LIST, {"q": "ogata"}).content.decode()
    assert "reports/" in found
    assert "photos/" not in found
    ken.groups.add(Group.objects.get(name="Link maker"))
    let_share(User.objects.create_user("anna"), "theirs/")
    of_ken = client.get(LIST, {"person": ken.pk}).content.decode()
    assert "reports/" in of_ken
    assert "photos/" in of_ken
    assert "theirs/" not in of_ken
    assert client.get(LIST, {"person": "9" * 30}).status_code == 400
    assert sign_in_as_nobody(client).get(LIST).status_code == 403


def sign_in_as_nobody(client: Client) -> Client:
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    return client


def test_a_persons_page_says_what_they_may_share(admin_client: Client, setup: Setup, ken: User) -> None:
    maker = Group.objects.get(name="Link maker")
    ken.groups.add(maker)
    let_share(ken, "reports/", max_days=30)
    let_share(maker, "photos/")
    page = admin_client.get(f"/admin/auth/user/{ken.pk}/change/").content.decode()
    for told in ("reports/", "30 days at most", "photos/", "Link maker", f"{BUCKETS}{setup.bucket.pk}/change/"):
        assert told in page
    root = User.objects.create_superuser("root")
    assert "Everything" in admin_client.get(f"/admin/auth/user/{root.pk}/change/").content.decode()


@pytest.mark.parametrize("gone", ["user", "group", "bucket"])
def test_what_belongs_to_a_person_a_role_or_a_bucket_goes_with_them(
    gone: str, admin_client: Client, setup: Setup, ken: User
) -> None:
    press = Group.objects.create(name="Press")
    let_share(ken)
    let_share(press)
    page = {
        "user": f"/admin/auth/user/{ken.pk}/delete/",
        "group": f"/admin/auth/group/{press.pk}/delete/",
        "bucket": page_of(setup, "delete"),
    }[gone]
    assert admin_client.post(page, {"post": "yes"}).status_code == 302
    assert SharePermission.objects.count() == (0 if gone == "bucket" else 1)


def test_somebody_who_is_gone_may_share_nothing(setup: Setup, ken: User) -> None:
    let_share(ken)
    ken.is_active = False
    ken.save()
    root = User.objects.create_superuser("root", is_active=False)
    assert not sharing.find_scope(ken).may_use(setup.bucket.pk)
    assert not sharing.find_scope(root).may_use(setup.bucket.pk)
