"""Which account is whose, and what they may do: the rules of single sign-on upon rows."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection

from links.domain.errors import Refused
from links.domain.people.claims import SUPERUSER, ProvenPerson
from links.domain.reasons import Reason
from links.models import AuditRecord, Identity, SignIn
from links.services.people.roles import make_roles
from links.services.people.sign_in import SignInSource
from links.services.people.single_sign_on import admit, link_identity
from tests.site_settings import SiteSettings

ISSUER = "https://id.example.com"
PLACE = SignInSource("203.0.113.7", "a browser")


@pytest.fixture(autouse=True)
def configured(db: None, site_settings: SiteSettings) -> None:
    make_roles()
    site_settings.OIDC_ISSUER, site_settings.OIDC_NAME, site_settings.OIDC_LINK_BY = ISSUER, "Company login", "subject"
    site_settings.OIDC_ROLES = {"sales": ["Link maker"], "leads": ["Manager", "Auditor"]}


def person(subject: str = "1", *groups: str, **more: str) -> ProvenPerson:
    named = ProvenPerson(ISSUER, subject, username="anna", groups=frozenset(groups or {"sales"}))
    return replace(named, **more)  # type: ignore[arg-type]  # all that is given here is text


def refuse(proven: ProvenPerson, now: datetime) -> Reason:
    with pytest.raises(Refused) as refused:
        admit(proven, PLACE, now)
    return refused.value.reason


def name_roles(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def test_an_account_is_made_once_and_found_by_its_subject_whatever_it_is_called_then(now: datetime) -> None:
    made = admit(person(), PLACE, now)
    assert admit(person(username="anna.dyk"), PLACE, now) == made
    made.refresh_from_db()
    assert (made.username, made.is_staff, made.has_usable_password()) == ("anna", True, False)


def test_the_same_subject_of_another_provider_is_somebody_else(now: datetime) -> None:
    admit(person(), PLACE, now)
    stranger = ProvenPerson("https://evil.example.com", "1", username="anna", groups=frozenset({"sales"}))
    assert refuse(stranger, now) is Reason.SINGLE_SIGN_ON_ACCOUNT_EXISTS


@pytest.mark.parametrize("more", [{"username": "mika"}, {"username": "MIKA"}, {"email": "Mika@example.com"}])
@pytest.mark.parametrize("link_by", ["subject", "email"])
def test_nobody_takes_over_an_account_by_a_name_or_beside_its_address(
    link_by: str, more: dict[str, str], site_settings: SiteSettings, now: datetime
) -> None:
    site_settings.OIDC_LINK_BY = link_by
    mika = User.objects.create_superuser("mika", "mika@example.com", "harbour at dusk")
    assert refuse(person("2", **more), now) is Reason.SINGLE_SIGN_ON_ACCOUNT_EXISTS
    assert User.objects.get() == mika
    assert not Identity.objects.exists()


def test_an_account_is_linked_by_a_verified_address_where_the_setting_says_so(
    site_settings: SiteSettings, now: datetime
) -> None:
    mika = User.objects.create_user("mika", "Mika@Example.com", "harbour at dusk", is_staff=True)
    assert refuse(person("2", email="mika@example.com"), now) is Reason.SINGLE_SIGN_ON_ACCOUNT_EXISTS
    site_settings.OIDC_LINK_BY = "email"
    assert admit(person("2", email="mika@example.com"), PLACE, now) == mika
    assert name_roles(mika) == {"Link maker"}
    # It is theirs now, and nobody's else who is given that address later.
    assert refuse(person("3", email="mika@example.com"), now) is Reason.SINGLE_SIGN_ON_ACCOUNT_EXISTS


def test_an_address_that_is_not_verified_links_nothing(site_settings: SiteSettings, now: datetime) -> None:
    site_settings.OIDC_LINK_BY = "email"
    User.objects.create_user("mika", "", is_staff=True)
    assert admit(person("2", email=""), PLACE, now).username == "anna"


def test_an_address_that_two_accounts_have_links_neither(site_settings: SiteSettings, now: datetime) -> None:
    site_settings.OIDC_LINK_BY = "email"
    for name in ("mika", "mika2"):
        User.objects.create_user(name, "mika@example.com", is_staff=True)
    assert refuse(person("2", email="mika@example.com"), now) is Reason.SINGLE_SIGN_ON_ACCOUNT_EXISTS


def test_letters_that_only_a_database_takes_for_the_same_link_nothing(
    site_settings: SiteSettings, now: datetime
) -> None:
    site_settings.OIDC_LINK_BY = "email"
    mika = User.objects.create_user("mika", "m\u0131ka@example.com", is_staff=True)  # a dotless i
    with suppress(Refused):  # PostgreSQL finds it, and SQLite does not
        assert admit(person("2", email="mika@example.com"), PLACE, now) != mika
    assert not mika.identities.exists()


def test_somebody_is_linked_by_hand_and_is_then_no_other(now: datetime) -> None:
    mika, noor = (User.objects.create_user(name, is_staff=True) for name in ("mika", "noor"))
    link_identity(mika, ISSUER, "1", now)
    assert admit(person(username="noor"), PLACE, now) == mika
    link_identity(noor, ISSUER, "1", now)
    assert admit(person(username="noor"), PLACE, now) == noor
    assert Identity.objects.get().user == noor


def test_roles_follow_groups_exactly(now: datetime) -> None:
    user = admit(person("1", "sales", "leads"), PLACE, now)
    assert name_roles(user) == {"Link maker", "Manager", "Auditor"}
    user.groups.add(Group.objects.get(name="Key keeper"))
    admit(person("1", "sales"), PLACE, now)
    assert name_roles(user) == {"Link maker"}


def test_who_lost_every_group_loses_the_roles_and_is_not_let_in(now: datetime) -> None:
    user = admit(person("1", "leads"), PLACE, now)
    assert refuse(person("1", "others"), now) is Reason.SINGLE_SIGN_ON_NO_ROLE
    assert name_roles(user) == set()


def test_a_provider_that_tells_no_groups_takes_nobodys_roles(now: datetime) -> None:
    user = admit(person("1", "leads"), PLACE, now)
    assert refuse(ProvenPerson(ISSUER, "1", groups=None), now) is Reason.SINGLE_SIGN_ON_GROUPS_UNTOLD
    assert name_roles(user) == {"Manager", "Auditor"}


def test_a_role_that_does_not_exist_gives_nothing(site_settings: SiteSettings, now: datetime) -> None:
    site_settings.OIDC_ROLES = {"sales": ["Link makers"]}
    assert refuse(person(), now) is Reason.SINGLE_SIGN_ON_NO_ROLE
    assert not User.objects.exists()


@pytest.mark.parametrize("field", ["is_active", "is_staff"])
def test_who_was_disabled_stays_so(field: str, now: datetime) -> None:
    user = admit(person(), PLACE, now)
    User.objects.filter(pk=user.pk).update(**{field: False})
    assert refuse(person("1", "leads"), now) is Reason.SINGLE_SIGN_ON_DISABLED
    user.refresh_from_db()
    assert not getattr(user, field)
    assert name_roles(user) == {"Link maker"}


def test_a_superuser_is_made_and_unmade_by_a_mapped_group_alone(site_settings: SiteSettings, now: datetime) -> None:
    site_settings.OIDC_ROLES |= {"roots": [SUPERUSER]}
    assert admit(person("1", "roots"), PLACE, now).is_superuser
    assert not admit(person("1", "sales"), PLACE, now).is_superuser
    assert admit(person("1", "roots"), PLACE, now).is_superuser
    assert refuse(person("1", "others"), now) is Reason.SINGLE_SIGN_ON_NO_ROLE
    assert not User.objects.get().is_superuser


def test_without_such_a_group_single_sign_on_makes_no_superuser_and_unmakes_none(now: datetime) -> None:
    root = User.objects.create_superuser("root")
    link_identity(root, ISSUER, "9", now)
    assert admit(person("9"), PLACE, now).is_superuser
    assert not admit(person("1", SUPERUSER, "sales"), PLACE, now).is_superuser


@pytest.mark.parametrize(
    ("claims", "username"),
    [
        ({"username": "anna dyk", "email": "anna@example.com"}, "anna@example.com"),
        ({"username": "a" * 151, "email": ""}, "1"),
        ({"username": "", "email": ""}, "1"),
    ],
)
def test_an_account_is_called_by_the_first_claim_that_can_be_a_name(
    claims: dict[str, str], username: str, now: datetime
) -> None:
    assert admit(person(**claims), PLACE, now).username == username


def test_sign_ins_and_refusals_are_recorded_with_their_way(now: datetime) -> None:
    user = admit(person(), PLACE, now)
    for _ in range(3):
        refuse(person("1", "others"), now)
        refuse(person("2", "others", username="zoe"), now)
    rows = list(SignIn.objects.order_by("pk").values_list("kind", "outcome", "user", "tries"))
    assert rows == [
        ("single-sign-on", "accepted", user.pk, 1),
        ("single-sign-on", "refused", user.pk, 3),
        ("single-sign-on", "refused", None, 3),
    ]


def test_the_trail_tells_who_was_connected_refused_and_given_what(now: datetime) -> None:
    user = admit(person("1", "leads"), PLACE, now)
    refuse(person("1", "others"), now)
    link_identity(user, ISSUER, "2", now)
    told = [(record.act, record.object_number) for record in AuditRecord.objects.order_by("pk")]
    assert [act for act, number in told if number == user.pk] == [
        "account-added", "identity-connected", "account-roles-changed", "account-roles-changed", "sign-in-refused",
        "identity-disconnected", "identity-connected",
    ]  # fmt: skip
    [refused] = AuditRecord.objects.filter(act="sign-in-refused")
    assert "single-sign-on-no-role" in refused.values
    assert refused.actor is None


@pytest.mark.django_db(transaction=True)
def test_somebody_who_comes_in_many_windows_at_once_has_one_account(now: datetime) -> None:
    def come(_: int) -> int:
        try:
            return admit(person("1", "leads"), PLACE, now).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        found = set(pool.map(come, range(6)))
    assert found == {User.objects.get().pk}
    assert Identity.objects.count() == 1
