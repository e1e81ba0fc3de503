"""API tokens: who may make which, and when one opens nothing any more."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.db import connections
from structlog.testing import capture_logs

from links.domain.audit.acts import Act, Way
from links.domain.errors import Refused
from links.domain.people.api_limits import BAD_TOKEN_LIMIT
from links.domain.people.scopes import LIFETIME, LONGEST_LIFETIME, MAX_LIVE_TOKENS, Scope
from links.models import ApiToken, AuditRecord
from links.services.people import api_tokens
from links.services.people.api_tokens import MadeToken, NewToken

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
READ = [Scope.LINKS_READ]


@pytest.fixture
def mika(db: None) -> User:
    person = User.objects.create_user("mika", is_staff=True)
    person.groups.add(Group.objects.get(name="Link maker"))
    return person


def make(owner: User, scopes: list[Scope] = READ, **more: object) -> MadeToken:
    asked = NewToken(owner, "order system", scopes, **more)  # type: ignore[arg-type]  # as its fields are
    return api_tokens.create(asked, owner, NOW)


def list_acts() -> list[str]:
    return list(AuditRecord.objects.filter(kind="api-token").order_by("pk").values_list("act", flat=True))


def test_a_token_opens_its_owners_scopes_for_ninety_days(mika: User) -> None:
    made = make(mika)
    found = api_tokens.authenticate(made.text, NOW + LIFETIME - timedelta(seconds=1))
    assert found == made.row
    assert found is not None
    assert found.owner == mika
    assert api_tokens.may_use(found, Scope.LINKS_READ)
    assert not api_tokens.may_use(found, Scope.LINKS_WRITE)
    assert api_tokens.authenticate(made.text, NOW + LIFETIME) is None


def test_its_text_is_nowhere_in_the_row_nor_in_what_is_printed(mika: User) -> None:
    made = make(mika)
    row = ApiToken.objects.values().get()
    assert made.text.startswith(f"hf_{row['public_id']}_")
    secret = made.text.rpartition("_")[2]
    assert secret not in f"{row}{made!r}{made.row}"


def test_any_other_text_is_nobodys(mika: User) -> None:
    made = make(mika)
    for text in ("", "hf_", made.text[:-1], f"{made.text[:-1]}-", made.text.upper(), "x" * 1_000_000, "\0é"):
        assert api_tokens.authenticate(text, NOW) is None, text


def test_a_revoked_token_opens_nothing(mika: User) -> None:
    made, other = make(mika), make(mika)
    assert api_tokens.revoke(made.row, NOW)
    assert not api_tokens.revoke(made.row, NOW)
    assert api_tokens.authenticate(made.text, NOW) is None
    assert api_tokens.authenticate(other.text, NOW) == other.row
    assert list_acts() == ["api-token-created", "api-token-created", "api-token-revoked", Act.API_TOKEN_REFUSED.value,
                           Act.API_TOKEN_USED.value]  # fmt: skip


@pytest.mark.parametrize("lost", ["is_active", "is_staff"])
def test_tokens_end_with_their_owners_account_for_good(mika: User, lost: str) -> None:
    made = make(mika)
    setattr(mika, lost, False)
    mika.save()
    assert api_tokens.authenticate(made.text, NOW) is None
    setattr(mika, lost, True)
    mika.save()
    assert api_tokens.authenticate(made.text, NOW) is None
    assert "api-token-revoked" in list_acts()


@pytest.mark.parametrize("lost", ["is_active", "is_staff"])
def test_an_owner_who_was_disabled_past_all_signals_is_seen_at_each_use(mika: User, lost: str) -> None:
    made = make(mika)
    User.objects.filter(pk=mika.pk).update(**{lost: False})
    assert api_tokens.authenticate(made.text, NOW) is None


def test_a_role_that_is_taken_away_is_taken_from_the_token_at_once(mika: User) -> None:
    made = make(mika, [Scope.LINKS_READ, Scope.LINKS_WRITE])
    mika.groups.set([Group.objects.get(name="Auditor")])
    found = api_tokens.authenticate(made.text, NOW)
    assert found is not None
    assert api_tokens.may_use(found, Scope.LINKS_READ)
    assert not api_tokens.may_use(found, Scope.LINKS_WRITE)


def test_use_is_written_once_a_minute_and_recorded_once_a_day_from_a_network(mika: User) -> None:
    made = make(mika)
    for seconds, address in ((0, "192.0.2.7"), (59, "192.0.2.8"), (60, "192.0.2.9"), (130, "198.51.100.1")):
        api_tokens.authenticate(made.text, NOW + timedelta(seconds=seconds), address)
        row = ApiToken.objects.get()
        assert row.last_used_at == NOW + timedelta(seconds=0 if seconds == 59 else seconds)
    assert row.last_used_from == "198.51.100.0/24"
    used = AuditRecord.objects.filter(act=Act.API_TOKEN_USED.value)
    assert [(record.way, record.actor) for record in used] == [(Way.API.value, mika.pk)] * 2


def test_uses_of_a_token_that_is_over_are_one_record_a_day(mika: User) -> None:
    made = make(mika)
    api_tokens.revoke(made.row, NOW)
    for hours in (1, 2, 30):
        assert api_tokens.authenticate(made.text, NOW + timedelta(hours=hours), "192.0.2.7") is None
    assert list_acts().count("api-token-refused") == 2
    assert ApiToken.objects.get().last_used_at is None


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("api-token-name-missing", {"name": " \n "}),
        ("api-token-scope-missing", {"scopes": []}),
        ("api-token-scope-not-open", {"scopes": [Scope.LINKS_READ, Scope.KEYS_READ]}),
        ("api-token-lifetime", {"lifetime": timedelta(0)}),
        ("api-token-lifetime", {"lifetime": LONGEST_LIFETIME + timedelta(days=1)}),
    ],
)
def test_what_cannot_be_made_is_refused(mika: User, code: str, more: dict[str, object]) -> None:
    asked = NewToken(**{"owner": mika, "name": "orders", "scopes": READ, **more})  # type: ignore[arg-type]
    with pytest.raises(Refused) as refused:
        api_tokens.create(asked, mika, NOW)
    assert refused.value.code == code
    assert not ApiToken.objects.exists()
    assert list_acts() == []


def test_whoever_is_no_staff_gets_none(db: None) -> None:
    with pytest.raises(Refused, match="api-token-owner-unfit"):
        make(User.objects.create_user("customer"))


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_no_more_than_the_limit_are_made() -> None:
    person = User.objects.create_superuser("mika")
    for _ in range(MAX_LIVE_TOKENS - 2):
        make(person)

    def attempt(_: int) -> bool:
        try:
            make(person)
        except Refused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(attempt, range(6))) == 2


def test_tokens_that_are_over_make_room(mika: User) -> None:
    for _ in range(MAX_LIVE_TOKENS):
        made = make(mika)
    with pytest.raises(Refused, match="api-token-too-many"):
        make(mika)
    api_tokens.revoke(made.row, NOW)
    make(mika)


def test_a_network_that_shows_bad_tokens_is_told_once_in_the_log(db: None) -> None:
    with capture_logs() as logs:
        for _ in range(BAD_TOKEN_LIMIT.max_count):
            assert not api_tokens.count_refused("203.0.113.7", NOW).is_over
        assert logs == []
        assert all(api_tokens.count_refused(f"203.0.113.{host}", NOW).is_over for host in range(5))
    assert [(line["event"], line["network"]) for line in logs] == [("API tokens are guessed", "203.0.113.0/24")]
