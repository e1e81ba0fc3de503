"""Where somebody is signed in, and when they are so no longer."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from links.domain.audit.acts import Way
from links.domain.people.scopes import Scope
from links.models import AuditRecord, Session
from links.services.audit.sources import Source, acting_as
from links.services.people import api_tokens, second_factors, service_accounts
from links.services.people.api_tokens import NewToken


@pytest.fixture
def mika(db: None) -> User:
    person = User.objects.create_user("mika", password="harbour at dusk", is_staff=True, is_superuser=True)
    person.groups.add(Group.objects.get(name="Manager"), Group.objects.get(name="Auditor"))
    return person


def save(person: User, **values: object) -> None:
    for name, value in values.items():
        setattr(person, name, value)
    person.save()


def change_password(person: User) -> None:
    person.set_password("another harbour")
    person.save()


LOSSES: dict[str, Callable[[User], object]] = {
    "disabled": lambda mika: save(mika, is_active=False),
    "no longer staff": lambda mika: save(mika, is_staff=False),
    "no longer a superuser": lambda mika: save(mika, is_superuser=False),
    "a role less": lambda mika: mika.groups.remove(Group.objects.get(name="Manager")),
    "no role": lambda mika: mika.groups.clear(),
    "other roles": lambda mika: mika.groups.set([Group.objects.get(name="Link maker")]),
    "taken out of the role": lambda mika: mika.groups.get(name="Manager").user_set.remove(mika),
    "the role emptied": lambda mika: mika.groups.get(name="Manager").user_set.clear(),
    "the role deleted": lambda mika: mika.groups.get(name="Manager").delete(),
    "roles deleted in bulk": lambda mika: mika.groups.filter(name="Manager").delete(),
    "a new password": change_password,
    "deleted": lambda mika: mika.delete(),
}
GAINS: dict[str, Callable[[User], object]] = {
    "a name": lambda mika: save(mika, first_name="Mika"),
    "a role more": lambda mika: mika.groups.add(Group.objects.get(name="Key keeper")),
    "a sign-in": lambda mika: mika.save(update_fields=["last_login"]),
}


@pytest.mark.parametrize("lose", LOSSES.values(), ids=LOSSES)
def test_whoever_loses_something_is_signed_out_by_the_next_request(mika: User, lose: Callable[[User], object]) -> None:
    client = Client()
    client.force_login(mika)
    assert client.get("/admin/").status_code == 200
    lose(User.objects.get(pk=mika.pk))
    answer = client.get("/admin/")
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/")
    assert not Session.objects.filter(user_id=mika.pk).exists()


@pytest.fixture
def robots_token(mika: User) -> str:
    """What mika made for a service account."""
    roles = [Group.objects.get(name="Link maker")]
    account = service_accounts.create("robot", "Orders", roles, mika, timezone.now())
    return api_tokens.create(NewToken(account.user, "shop", [Scope.LINKS_READ]), mika, timezone.now()).text


@pytest.mark.parametrize("lose", [LOSSES[name] for name in LOSSES if name != "a new password"])
def test_a_token_that_somebody_made_for_a_service_account_ends_when_they_lose_something(
    mika: User, robots_token: str, lose: Callable[[User], object]
) -> None:
    assert api_tokens.authenticate(robots_token, timezone.now()) is not None
    lose(User.objects.get(pk=mika.pk))
    assert api_tokens.authenticate(robots_token, timezone.now()) is None
    assert AuditRecord.objects.filter(act="api-token-revoked").count() == 1


@pytest.mark.parametrize("change", [*GAINS.values(), change_password])
def test_it_stays_when_they_lose_nothing(mika: User, robots_token: str, change: Callable[[User], object]) -> None:
    change(User.objects.get(pk=mika.pk))
    assert api_tokens.authenticate(robots_token, timezone.now()) is not None


@pytest.mark.parametrize(
    ("way", "by", "is_over"),
    [(Way.ADMIN, "boss", True), (Way.COMMAND, None, True), (Way.ADMIN, "mika", False), (Way.SIGN_IN, None, False)],
)
def test_tokens_end_with_a_password_that_somebody_else_changes(
    mika: User, way: Way, by: str | None, is_over: bool
) -> None:
    User.objects.create_superuser("boss")
    text = api_tokens.create(NewToken(mika, "shop", [Scope.LINKS_READ]), mika, timezone.now()).text
    with acting_as(lambda: Source(way, actor=User.objects.get(username=by) if by else None)):
        change_password(mika)
    assert (api_tokens.authenticate(text, timezone.now()) is None) == is_over


def test_tokens_end_with_a_second_factor_that_is_reset(mika: User) -> None:
    text = api_tokens.create(NewToken(mika, "shop", [Scope.LINKS_READ]), mika, timezone.now()).text
    second_factors.reset(mika, timezone.now())
    assert api_tokens.authenticate(text, timezone.now()) is None


@pytest.mark.parametrize("gain", GAINS.values(), ids=GAINS)
def test_whoever_loses_nothing_stays_signed_in(mika: User, gain: Callable[[User], object]) -> None:
    client = Client()
    client.force_login(mika)
    gain(User.objects.get(pk=mika.pk))
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("column", ["is_active", "is_staff"])
def test_an_account_that_was_closed_by_hand_lets_nobody_in_and_its_session_does_not_come_back(
    mika: User, column: str
) -> None:
    client = Client()
    client.force_login(mika)
    assert client.get("/admin/").status_code == 200
    User.objects.filter(pk=mika.pk).update(**{column: False})
    assert client.get("/admin/").status_code == 302
    User.objects.filter(pk=mika.pk).update(**{column: True})
    assert client.get("/admin/").status_code == 302


def test_nobody_elses_sessions_end(mika: User) -> None:
    other = User.objects.create_user("jo", is_staff=True)
    client = Client()
    client.force_login(other)
    save(mika, is_active=False)
    assert client.get("/admin/").status_code == 200
