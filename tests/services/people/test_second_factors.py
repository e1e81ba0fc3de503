"""Apps that show codes, and recovery codes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import Group, User
from django.db import connection, connections

from links.domain.errors import Unavailable
from links.domain.people.second_factors import Factor, write_seed
from links.models import AuthenticatorApp, Passkey, RecoveryCode
from links.services.keys.encryption import reencrypt_secrets
from links.services.people import second_factors
from links.services.people.second_factors import LastFactor
from tests.services.people.authenticator import show_code
from tests.site_settings import SiteSettings

NOW = datetime(2026, 11, 28, 12, 0, 10, tzinfo=UTC)


@pytest.fixture
def mika(db: None) -> User:
    return User.objects.create_user("mika", is_staff=True)


def set_up(user: User) -> bytes:
    begun = second_factors.begin_app(user, None, NOW)
    early = show_code(begun.seed, NOW - timedelta(minutes=5))
    assert second_factors.confirm_app(user, begun.number, early, NOW) is False
    assert second_factors.confirm_app(user, begun.number, show_code(begun.seed, NOW), NOW)
    return begun.seed


def test_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, without the two digits before the six."""
    seed = b"12345678901234567890"
    shown = [show_code(seed, datetime.fromtimestamp(at, UTC)) for at in (59, 1111111109, 1234567890, 20000000000)]
    assert shown == ["287082", "081804", "005924", "353130"]


def test_an_app_signs_nobody_in_until_a_code_of_it_was_entered(mika: User) -> None:
    begun = second_factors.begin_app(mika, None, NOW)
    assert not second_factors.has_factor(mika)
    assert second_factors.use_code(mika, show_code(begun.seed, NOW), NOW) is None
    assert second_factors.begin_app(mika, begun.number, NOW + timedelta(minutes=59)) == begun
    assert second_factors.begin_app(mika, begun.number, NOW + timedelta(minutes=61)) != begun
    assert not second_factors.confirm_app(mika, begun.number, show_code(begun.seed, NOW), NOW)


def test_what_was_begun_elsewhere_is_neither_shown_nor_confirmed(mika: User) -> None:
    """Whoever else knows the password would see the seed that its owner confirms."""
    elsewhere = second_factors.begin_app(mika, None, NOW)
    begun = second_factors.begin_app(mika, None, NOW)
    assert begun.seed != elsewhere.seed
    assert not second_factors.confirm_app(mika, begun.number, show_code(elsewhere.seed, NOW), NOW)
    assert not second_factors.confirm_app(mika, None, show_code(elsewhere.seed, NOW), NOW)
    other = User.objects.create_user("jo")
    assert second_factors.begin_app(other, begun.number, NOW).seed != begun.seed
    assert second_factors.confirm_app(mika, begun.number, show_code(begun.seed, NOW), NOW)
    assert not second_factors.confirm_app(mika, elsewhere.number, show_code(elsewhere.seed, NOW), NOW)


def test_a_new_password_ends_what_was_begun_with_the_old_one(mika: User) -> None:
    begun = second_factors.begin_app(mika, None, NOW)
    mika.set_password("another harbour")
    mika.save()
    assert second_factors.begin_app(mika, begun.number, NOW).seed != begun.seed
    assert AuthenticatorApp.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_that_begin_at_once_each_get_a_seed() -> None:
    person = User.objects.create_user("mika")

    def begin(_: int) -> bytes:
        try:
            return second_factors.begin_app(person, None, NOW).seed
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(begin, range(8)))) == 8


def test_no_code_is_accepted_twice_nor_an_older_one_after_it(mika: User) -> None:
    seed = set_up(mika)
    assert second_factors.use_code(mika, show_code(seed, NOW), NOW) is None
    later = NOW + timedelta(seconds=60)
    code = show_code(seed, later)
    assert second_factors.use_code(mika, code, later) is Factor.APP
    assert second_factors.use_code(mika, code, later) is None
    assert second_factors.use_code(mika, show_code(seed, later - timedelta(seconds=30)), later) is None


@pytest.mark.parametrize(("away", "is_right"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_code_is_taken_half_a_minute_early_or_late(mika: User, away: int, is_right: bool) -> None:
    seed = set_up(mika)
    now = NOW + timedelta(minutes=10)
    assert (second_factors.use_code(mika, show_code(seed, now + timedelta(seconds=away)), now) is not None) is is_right


@pytest.mark.parametrize(
    "write", [lambda c: f" {c[:3]} {c[3:]} ", lambda c: c.translate({48 + n: 0xFF10 + n for n in range(10)})]
)
def test_blanks_and_full_width_digits_are_read(mika: User, write: object) -> None:
    seed = set_up(mika)
    now = NOW + timedelta(minutes=1)
    assert second_factors.use_code(mika, write(show_code(seed, now)), now) is Factor.APP  # type: ignore[operator]


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３", "\0" * 6, "٣٣٣٣٣٣", "x" * 1_000_000])
def test_whatever_is_typed_is_wrong_and_breaks_nothing(mika: User, typed: str) -> None:
    set_up(mika)
    assert second_factors.use_code(mika, typed, NOW) is None


def test_a_new_app_takes_the_place_of_the_old_one(mika: User) -> None:
    old = set_up(mika)
    now = NOW + timedelta(minutes=5)
    begun = second_factors.begin_app(mika, None, now)
    assert second_factors.use_code(mika, show_code(old, now), now) is Factor.APP
    assert second_factors.confirm_app(mika, begun.number, show_code(begun.seed, now), now)
    now += timedelta(minutes=5)
    assert second_factors.use_code(mika, show_code(old, now), now) is None
    assert second_factors.use_code(mika, show_code(begun.seed, now), now) is Factor.APP


def test_ten_recovery_codes_open_once_each_and_new_ones_end_the_old(mika: User) -> None:
    codes = second_factors.make_recovery_codes(mika, NOW)
    assert len(set(codes)) == 10
    assert second_factors.use_code(mika, codes[0].lower().replace("-", " "), NOW) is Factor.RECOVERY_CODE
    assert second_factors.use_code(mika, codes[0], NOW) is None
    assert second_factors.list_factors(mika).codes_left == 9
    second_factors.make_recovery_codes(mika, NOW)
    assert second_factors.use_code(mika, codes[1], NOW) is None


def test_nobody_elses_code_is_ones_own(mika: User) -> None:
    other = User.objects.create_user("jo")
    codes, seed = second_factors.make_recovery_codes(other, NOW), set_up(other)
    set_up(mika)
    now = NOW + timedelta(minutes=1)
    assert second_factors.use_code(mika, codes[0], now) is None
    assert second_factors.use_code(mika, show_code(seed, now), now) is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", list(Factor)[::2])
def test_of_many_at_once_that_enter_one_code_one_is_let_through(kind: Factor) -> None:
    person = User.objects.create_user("mika")
    seed, codes = set_up(person), second_factors.make_recovery_codes(person, NOW)
    now = NOW + timedelta(minutes=1)
    code = show_code(seed, now) if kind is Factor.APP else codes[0]

    def use(_: int) -> Factor | None:
        try:
            return second_factors.use_code(person, code, now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert [factor for factor in pool.map(use, range(8)) if factor] == [kind]


def test_neither_seed_nor_code_is_stored_in_clear(mika: User) -> None:
    seed, codes = set_up(mika), second_factors.make_recovery_codes(mika, NOW)
    stored = b""
    with connection.cursor() as cursor:
        for table in (AuthenticatorApp, RecoveryCode):
            cursor.execute(f"SELECT * FROM {table._meta.db_table}")
            stored += b"".join(
                bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for r in cursor for v in r
            )
    assert len(stored) > 500
    for secret in (seed, seed.hex().encode(), write_seed(seed).replace(" ", "").encode()):
        assert secret not in stored
    assert not [code for code in codes if code.encode() in stored or code.replace("-", "").encode() in stored]


def test_a_seed_opens_in_its_own_row_alone(mika: User) -> None:
    set_up(mika)
    other = User.objects.create_user("jo")
    set_up(other)
    stolen = AuthenticatorApp.objects.get(user=mika).read_stored("seed")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE links_authenticatorapp SET seed = %s WHERE user_id = %s", [stolen, other.pk])
    with pytest.raises(Unavailable, match="misplaced"):
        second_factors.use_code(other, "123456", NOW)


def test_seeds_follow_when_the_encryption_keys_are_rotated(mika: User, site_settings: SiteSettings) -> None:
    seed = set_up(mika)
    site_settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *site_settings.ENCRYPTION_KEYS]
    reencrypt_secrets()
    site_settings.ENCRYPTION_KEYS = site_settings.ENCRYPTION_KEYS[:1]
    now = NOW + timedelta(minutes=1)
    assert second_factors.use_code(mika, show_code(seed, now), now) is Factor.APP


def test_recovery_codes_alone_are_no_factor_and_go_with_the_last_one(mika: User) -> None:
    set_up(mika)
    second_factors.make_recovery_codes(mika, NOW)
    second_factors.remove_app(mika)
    assert not second_factors.list_factors(mika).any
    assert not RecoveryCode.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_remove_the_last_factor_of_whoever_must_have_one(site_settings: SiteSettings) -> None:
    site_settings.SECOND_FACTOR_ROLES = ["everyone"]
    person = User.objects.create_user("mika")
    rows = [
        Passkey.objects.create(user=person, name=name, credential_hash=name.encode(), credential=b"x", made_at=NOW)
        for name in ("ring", "desk")
    ]

    def remove(row: Passkey) -> str:
        try:
            return second_factors.remove_passkey(person, row.pk)
        except LastFactor:
            return "kept"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert "kept" in list(pool.map(remove, rows))
    assert Passkey.objects.count() == 1


@pytest.mark.parametrize(
    ("required", "role", "is_superuser", "is_asked"),
    [
        ([], "Manager", True, False),
        (["Manager"], "Manager", False, True),
        (["key KEEPER"], "Key keeper", False, True),
        (["Manager"], "Link maker", False, False),
        (["Manager"], "", True, True),
        (["superusers"], "Manager", False, False),
        (["superusers"], "", True, True),
        (["everyone"], "", False, True),
    ],
)
def test_who_must_have_one_is_said_by_the_setting(
    mika: User, site_settings: SiteSettings, required: list[str], role: str, is_superuser: bool, is_asked: bool
) -> None:
    site_settings.SECOND_FACTOR_ROLES = required
    mika.is_superuser = is_superuser
    if role:
        mika.groups.add(Group.objects.get(name=role))
    assert second_factors.is_required(mika) is is_asked


def test_a_project_that_names_nobody_requires_none(mika: User, site_settings: SiteSettings) -> None:
    site_settings.SECOND_FACTOR_ROLES = []
    assert not second_factors.is_required(mika)
