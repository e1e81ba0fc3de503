"""Trying a password of staff's: counted before it is looked at, so that many at once are no more than one by one."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from links.conf import site
from links.domain.audit.acts import Act, Way
from links.domain.signed_urls.tokens import digest
from links.domain.visits import sign_in_limits as limits
from links.domain.visits.sign_in_limits import SignInKind, SignInOutcome
from links.domain.visits.throttling import Limit, digest_key, name_network
from links.models import SignIn
from links.models.people.accounts import list_accounts, where_named
from links.services import throttle
from links.services.addresses import keep_address
from links.services.audit.recording import record
from links.services.audit.sources import find_source
from links.services.people.second_factors import is_asked_for_factor
from links.services.throttle import Key

SUPERUSERS = "superusers"
"""In `PASSWORD_SIGN_IN`: everybody else has another way."""


@dataclass(frozen=True, slots=True)
class SignInSource:
    """Where somebody tries: their address, and what their browser was given when it signed in; "" where nothing."""

    address: str
    browser: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PasswordTry:
    """One that was counted and may be looked at. `place_keys` are forgotten when the password is right, and
    `shared_keys` counted once less."""

    row: SignIn
    place_keys: Sequence[Key]
    shared_keys: Sequence[Key]


class TriedTooOften(Exception):
    """No password may be looked at for `wait` yet."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"wait {wait}")
        self.wait = wait


def may_use_password(user: User) -> bool:
    """Whether their password lets them in."""
    return user.is_superuser or site.PASSWORD_SIGN_IN != SUPERUSERS


def begin_try(
    username: str, place: SignInSource, kind: SignInKind, now: datetime, *, is_code: bool = False
) -> PasswordTry:
    """Count and record a try before its password, or its code, is looked at. It is wrong until `accept_try`.

    Raises `TriedTooOften`; then no password may be hashed.
    """
    row = _build_row(username, place, kind, SignInOutcome.WRONG, now)
    known_network, known_browser = _find_known(row)
    name = username.casefold()
    where = ("browser", row.browser) if known_browser else ("network", name_network(place.address))
    # Codes are counted apart: who knows the password must not forget their wrong codes by it.
    scope = "second-factor" if is_code else "sign-in"
    of_account = limits.CODE_ACCOUNT_LIMITS if is_code else limits.ACCOUNT_LIMITS
    place_keys = {Key(scope, (name, *where, limit.window)): limit for limit in limits.PLACE_LIMITS}
    network_keys: dict[Key, Limit] = {}
    account_keys: dict[Key, Limit] = {}
    if not (known_network or known_browser):
        network_keys = {Key(scope, (*where, limit.window)): limit for limit in limits.NETWORK_LIMITS}
        account_keys = {Key(scope, (name, limit.window)): limit for limit in of_account}
    try:
        with transaction.atomic():
            for key, limit in (place_keys | network_keys | account_keys).items():
                if not throttle.take(key, limit, now):
                    if key in network_keys:  # whatever names it goes through
                        row.account, row.user = b"", None
                    # Rolls back what was counted by other limits.
                    raise TriedTooOften(timedelta(seconds=throttle.find_wait(key, now) or 1))  # noqa: TRY301
            row.save()
    except TriedTooOften:
        _record_once_an_hour(row, SignInOutcome.THROTTLED, Act.SIGN_IN_THROTTLED, now)
        raise
    return PasswordTry(row, list(place_keys), [*network_keys, *account_keys])


def accept_try(tried: PasswordTry, now: datetime, *, completes: bool = True) -> None:
    """The password, or the code, was right: this place's wrong ones are forgotten. Where it `completes` the sign-in,
    its account knows the place from now on; where the second step is still to be taken, it does not."""
    for key in tried.place_keys:
        throttle.forget(key)
    for key in tried.shared_keys:
        throttle.take_back(key, now)
    SignIn.objects.filter(pk=tried.row.pk).update(
        outcome=(SignInOutcome.ACCEPTED if completes else SignInOutcome.PASSWORD_ONLY).value
    )


def record_sign_in(username: str, place: SignInSource, kind: SignInKind, now: datetime, *, refused: str = "") -> None:
    """One for which no password was typed here, and no code: who let them in, or did not, is `kind`. `refused` is why
    not; such ones of one account and network are one row an hour, and one record of the trail."""
    row = _build_row(username, place, kind, SignInOutcome.ACCEPTED, now)
    if kind is SignInKind.SINGLE_SIGN_ON and site.OIDC_SECOND_FACTOR and row.user and is_asked_for_factor(row.user):
        row.outcome = SignInOutcome.PASSWORD_ONLY.value
    if not refused:
        row.save()  # what the trail keeps of it is written when the session begins
    else:
        _record_once_an_hour(row, SignInOutcome.REFUSED, Act.SIGN_IN_REFUSED, now, reason=refused)


def _build_row(username: str, place: SignInSource, kind: SignInKind, outcome: SignInOutcome, now: datetime) -> SignIn:
    secret = settings.SECRET_KEY
    return SignIn(
        at=now,
        user=list_accounts().filter(**where_named(username)).first(),
        account=digest_key(secret, "sign-in account", username.casefold()),
        network=digest_key(secret, "sign-in network", name_network(place.address)),
        browser=digest(place.browser) if place.browser else None,
        address=keep_address(place.address),
        kind=kind.value,
        outcome=outcome.value,
    )


def _find_known(row: SignIn) -> tuple[bool, bool]:
    """Whether its account signed in lately from its network, and in its browser. What is done in an open session may be
    done by whoever took it over."""
    accepted = SignIn.objects.filter(account=row.account, outcome=SignInOutcome.ACCEPTED.value)
    lately = accepted.filter(kind__in=limits.SIGNS_IN, at__gt=row.at - limits.KNOWN_FOR)
    return (
        lately.filter(network=row.network).exists(),
        row.browser is not None and lately.filter(browser=row.browser).exists(),
    )


def _record_once_an_hour(row: SignIn, outcome: SignInOutcome, act: Act, now: datetime, **why: str) -> None:
    """One row, and one record of the trail, for each kind of an account and a network, however often somebody tries:
    whoever is not signed in must not fill either."""
    this_hour = SignIn.objects.filter(
        outcome=outcome.value,
        kind=row.kind,
        network=row.network,
        account=row.account,
        at__gt=now - timedelta(hours=1),
    )
    if not this_hour.update(tries=F("tries") + 1):
        row.outcome = outcome.value
        with transaction.atomic():
            row.save(force_insert=True)
            source = replace(find_source(), way=Way.SIGN_IN, actor=None)
            record(act, row.user, after={"kind": row.kind, **why}, source=source)
