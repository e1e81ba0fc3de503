"""Tries of staff's passwords: how many are looked at, from where, and what is kept of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections

from links.domain.visits.sign_in_limits import KEPT_FOR, KNOWN_FOR, SignInKind
from links.models import SignIn
from links.services.heartbeat import delete_expired
from links.services.people.sign_in import SignInSource, TriedTooOften, accept_try, begin_try, record_sign_in
from tests.services.people.authenticator import set_up_app
from tests.site_settings import SiteSettings

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
HOME, AWAY = SignInSource("203.0.113.7"), SignInSource("198.51.100.9")


def fail(username: str, place: SignInSource, now: datetime, times: int = 1) -> int:
    """How many of so many wrong tries were looked at."""
    looked_at = 0
    for _ in range(times):
        try:
            begin_try(username, place, SignInKind.SIGN_IN, now)
            looked_at += 1
        except TriedTooOften:
            pass
    return looked_at


def succeed(username: str, place: SignInSource, now: datetime) -> None:
    accept_try(begin_try(username, place, SignInKind.SIGN_IN, now), now)


def stranger(number: int) -> SignInSource:
    return SignInSource(f"10.{number // 250}.{number % 250}.1")


def test_wrong_tries_from_one_place_wait_longer_and_longer(now: datetime) -> None:
    times = [now + timedelta(minutes=minute) for minute in range(0, 24 * 60, 10)]
    looked_at = [fail("mika", AWAY, time, times=6) for time in times]
    assert looked_at[0] == 5
    assert sum(looked_at[:6]) == 20
    assert sum(looked_at) == 40
    with pytest.raises(TriedTooOften) as refused:
        begin_try("mika", AWAY, SignInKind.SIGN_IN, now + timedelta(minutes=24 * 60 - 1))
    assert timedelta(0) < refused.value.wait <= timedelta(days=1)


def test_the_right_password_forgets_the_wrong_ones_of_its_place(now: datetime) -> None:
    for _ in range(20):
        assert fail("mika", HOME, now, times=4) == 4
        succeed("mika", HOME, now)


def test_who_tries_from_elsewhere_does_not_lock_the_owner_out(now: datetime) -> None:
    succeed("mika", HOME, now)
    later = now + timedelta(days=1)
    for number in range(40):
        fail("mika", stranger(number), later, times=2)
    assert fail("mika", AWAY, later) == 0
    assert fail("mika", HOME, later) == 1
    assert fail("mika", SignInSource("203.0.113.200"), later) == 1


def test_in_a_browser_that_signed_in_before_only_its_own_tries_count(now: datetime) -> None:
    mine = SignInSource("192.0.2.1", "a random number of this browser")
    succeed("mika", mine, now)
    fail("mika", SignInSource(mine.address), now, times=50)
    fail("mika", AWAY, now, times=50)
    assert fail("mika", SignInSource(AWAY.address, mine.browser), now, times=9) == 5
    assert fail("aoi", SignInSource(AWAY.address, mine.browser), now + timedelta(hours=1), times=9) == 5


def test_a_browsers_number_that_nobody_signed_in_with_counts_for_nothing(now: datetime) -> None:
    assert sum(fail("mika", SignInSource(AWAY.address, f"made up {number}"), now) for number in range(50)) == 5


def test_an_account_is_limited_softly_wherever_it_is_tried_from(now: datetime) -> None:
    assert sum(fail("mika", stranger(number), now) for number in range(100)) == 10
    assert fail("mika", stranger(500), now + timedelta(minutes=1)) == 1
    within_an_hour = [
        fail("mika", stranger(600 + number), now + timedelta(minutes=1 + number / 5)) for number in range(300)
    ]
    assert 60 <= sum(within_an_hour) <= 30 * 5
    assert fail("mika", stranger(9_000), now + timedelta(hours=5)) == 1


def test_a_network_is_limited_whatever_accounts_it_tries(now: datetime) -> None:
    assert sum(fail(f"nobody {number}", AWAY, now) for number in range(100)) == 20
    assert sum(fail(f"nobody {number}", SignInSource("198.51.100.77"), now) for number in range(10)) == 0
    assert sum(fail(f"nobody {number}", HOME, now) for number in range(10)) == 10


def test_colleagues_behind_one_address_do_not_lock_each_other_out(now: datetime) -> None:
    for number in range(25):
        succeed(f"colleague {number}", HOME, now)
    for number in range(10):
        fail(f"colleague {number}", HOME, now, times=8)
    assert fail("colleague 20", HOME, now) == 1


@pytest.mark.parametrize("kind", [SignInKind.CONFIRMATION, SignInKind.PASSWORD_CHANGE])
def test_only_signing_in_makes_a_place_known(kind: SignInKind, now: datetime) -> None:
    accept_try(begin_try("mika", HOME, kind, now), now)
    for number in range(30):
        fail("mika", stranger(number), now)
    assert fail("mika", HOME, now) == 0


@pytest.mark.parametrize(("has_factor", "looked_at"), [(True, 0), (False, 1)])
def test_single_sign_on_makes_a_place_known_once_the_second_step_is_taken(
    has_factor: bool, looked_at: int, now: datetime, site_settings: SiteSettings
) -> None:
    site_settings.OIDC_SECOND_FACTOR = True
    person = User.objects.create_user("mika")
    if has_factor:
        set_up_app(person, now)
    record_sign_in("mika", HOME, SignInKind.SINGLE_SIGN_ON, now)
    for number in range(30):
        fail("mika", stranger(number), now)
    assert fail("mika", HOME, now) == looked_at


def test_a_place_is_known_for_some_weeks(now: datetime) -> None:
    succeed("mika", HOME, now)
    later = now + KNOWN_FOR - timedelta(minutes=1)
    for number in range(30):
        fail("mika", stranger(number), later)
    assert fail("mika", HOME, later) == 1
    later += timedelta(minutes=1)
    for number in range(30):
        fail("mika", stranger(number), later)
    assert fail("mika", HOME, later) == 0


def test_each_try_is_recorded_without_a_secret_and_without_strangers_words(now: datetime) -> None:
    User.objects.create_user("mika")
    fail("mika", HOME, now)
    fail("hunter2, typed into the wrong field", HOME, now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM links_signin")
        kept = str(cursor.fetchall())
    assert "hunter2" not in kept
    assert [row.user and row.user.username for row in SignIn.objects.order_by("pk")] == ["mika", None]
    assert {row.outcome for row in SignIn.objects.all()} == {"wrong"}


def test_tries_that_are_not_looked_at_fill_no_table(now: datetime) -> None:
    fail("mika", AWAY, now, times=100)
    assert SignIn.objects.count() == 6
    assert SignIn.objects.get(outcome="throttled").tries == 95
    for number in range(100):
        fail(f"nobody {number}", AWAY, now)
    assert SignIn.objects.count() <= 6 + 20 + 1


@pytest.mark.parametrize(("setting", "kept"), [("none", ""), ("short", "203.0.113.0/24"), ("full", "203.0.113.7")])
def test_no_more_of_an_address_is_kept_than_of_a_visitors(
    setting: str, kept: str, now: datetime, site_settings: SiteSettings
) -> None:
    site_settings.VISIT_ADDRESSES = setting
    assert fail("mika", HOME, now, times=7) == 5
    assert SignIn.objects.order_by("pk")[0].address == kept
    with connection.cursor() as cursor:
        for table in ("links_signin", "links_throttle"):
            cursor.execute(f"SELECT * FROM {table}")
            assert setting == "full" or "203.0.113.7" not in str(cursor.fetchall())


def test_what_is_old_is_tidied_away(now: datetime) -> None:
    fail("mika", HOME, now)
    delete_expired(now + KEPT_FOR - timedelta(seconds=1))
    assert SignIn.objects.exists()
    delete_expired(now + KEPT_FOR + timedelta(seconds=1))
    assert not SignIn.objects.exists()


def run_together(work: Callable[[int], int], times: int) -> list[int]:
    def alone(number: int) -> int:
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        return list(pool.map(alone, range(times)))


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_no_more_than_one_by_one(now: datetime) -> None:
    assert sum(run_together(lambda _number: fail("mika", AWAY, now), 20)) == 5
    assert sum(run_together(lambda number: fail(f"nobody {number}", HOME, now), 30)) == 20
    assert sum(run_together(lambda number: fail("aoi", stranger(number), now), 20)) == 10
    assert SignIn.objects.filter(outcome="wrong").count() == 35
