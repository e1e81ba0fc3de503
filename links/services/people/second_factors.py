"""Second factors: authenticator apps and recovery codes; passkeys have a module of their own."""

import hmac
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.contrib.auth.models import User
from django.db import transaction

from links.conf import site
from links.domain.audit.acts import Act, Way
from links.domain.people import second_factors as rules
from links.domain.people.second_factors import Factor
from links.domain.signed_urls.tokens import digest
from links.models import AuthenticatorApp, Passkey, RecoveryCode
from links.models.people.accounts import list_accounts
from links.services.audit.recording import record
from links.services.audit.sources import Source, find_source
from links.services.people import api_tokens, sessions


@dataclass(frozen=True, slots=True)
class Factors:
    """What somebody has."""

    app: AuthenticatorApp | None
    passkeys: Sequence[Passkey]
    codes_left: int

    @property
    def any(self) -> bool:
        """Recovery codes alone are none: they stand in for a factor that was lost."""
        return bool(self.app or self.passkeys)


def list_factors(user: User) -> Factors:
    app = AuthenticatorApp.objects.filter(user=user, confirmed_at__isnull=False).first()
    left = RecoveryCode.objects.filter(user=user, used_at=None).count()
    return Factors(app, list(Passkey.objects.filter(user=user)), left)


def has_factor(user: User) -> bool:
    is_app = AuthenticatorApp.objects.filter(user=user, confirmed_at__isnull=False).exists()
    return is_app or Passkey.objects.filter(user=user).exists()


def is_asked_for_factor(user: User) -> bool:
    """After their password: for the one that they have, or to set one up."""
    return has_factor(user) or is_required(user)


def is_required(user: User) -> bool:
    """By `SECOND_FACTOR_ROLES`."""
    required = site.SECOND_FACTOR_ROLES
    if not required:
        return False
    roles = list(user.groups.values_list("name", flat=True))
    return rules.is_required(required, roles, is_superuser=user.is_superuser)


# The app --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BegunApp:
    """One that is being set up, in one browser: its session keeps the `number`. Whoever else knows the password is
    shown another seed, and confirms another."""

    number: int
    seed: bytes = field(repr=False)


def begin_app(user: User, number: int | None, now: datetime) -> BegunApp:
    """Whoever loads the page again, with the number of before, is shown the same for an hour."""
    begun, over = AuthenticatorApp.objects.filter(user=user, confirmed_at=None), now - rules.SETUP_KEPT_FOR
    fresh = begun.filter(pk=number or 0, made_at__gt=over).first()
    if fresh is not None:
        return BegunApp(fresh.pk, _open_seed(fresh))
    seed = secrets.token_bytes(rules.SEED_BYTES)
    begun.filter(made_at__lte=over).delete()
    return BegunApp(AuthenticatorApp.objects.create(user=user, seed=seed.hex(), made_at=now).pk, seed)


def confirm_app(user: User, number: int | None, typed: str, now: datetime) -> bool:
    """Whether the code is of the app that was begun under this number; it then takes the place of the one before."""
    with transaction.atomic():
        theirs = AuthenticatorApp.objects.filter(user=user)
        begun = theirs.select_for_update().filter(pk=number or 0, confirmed_at=None).first()
        step = _find_step(begun, rules.read_code(typed), now) if begun else None
        if begun is None or step is None:
            return False
        theirs.exclude(pk=begun.pk).delete()
        begun.confirmed_at, begun.last_step = now, step
        begun.save(update_fields=["confirmed_at", "last_step"])
        record(Act.SECOND_FACTOR_ADDED, user, after={"factor": Factor.APP.value}, source=find_actor(user))
    return True


def forget_begun(user: User) -> None:
    """Whoever knew the password of before may have begun them."""
    AuthenticatorApp.objects.filter(user=user, confirmed_at=None).delete()


def write_app_address(user: User, seed: bytes, site: str) -> str:
    """What the QR code holds (`otpauth://`), by which an app knows what to show."""
    return _make_codes(seed).get_provisioning_uri(user.get_username(), site)


def _find_step(app: AuthenticatorApp, code: str, now: datetime) -> int | None:
    """The step whose code this is, later than that of the last one that was accepted."""
    if not rules.is_app_code(code):
        return None
    codes, current = _make_codes(_open_seed(app)), rules.count_step(now)
    steps = [current + away for away in rules.STEPS_AROUND if current + away > max(app.last_step, 0)]
    right = [step for step in steps if hmac.compare_digest(codes.generate(step * rules.STEP_SECONDS), code.encode())]
    return right[0] if right else None


def _make_codes(seed: bytes) -> TOTP:
    # SHA-1 is what apps know; as a keyed hash it is as good as any.
    return TOTP(seed, rules.CODE_DIGITS, SHA1(), rules.STEP_SECONDS)  # noqa: S303


def _open_seed(app: AuthenticatorApp) -> bytes:
    """Raises `Unavailable` where `ENCRYPTION_KEYS` does not open it, or it stood in another row."""
    assert app.seed is not None  # noqa: S101  the column takes no NULL
    return bytes.fromhex(app.seed.open())


# Codes ----------------------------------------------------------------------------------------------------------


def use_code(user: User, typed: str, now: datetime) -> Factor | None:
    """Which factor's code it is; None for a wrong one, and for one that was used. Exactly one of many at once that
    enter the same is let through."""
    code = rules.read_code(typed)
    app = AuthenticatorApp.objects.filter(user=user, confirmed_at__isnull=False).first()
    if app is not None and (step := _find_step(app, code, now)) is not None:
        if AuthenticatorApp.objects.filter(pk=app.pk, last_step__lt=step).update(last_step=step):
            return Factor.APP
    else:
        with transaction.atomic():
            if RecoveryCode.objects.filter(user=user, code_hash=digest(code), used_at=None).update(used_at=now):
                record(Act.RECOVERY_CODE_USED, user, source=find_actor(user))
                return Factor.RECOVERY_CODE
    record_refused(user)
    return None


def record_refused(user: User) -> None:
    """A wrong code, or passkey: who entered it is not known."""
    record(Act.SECOND_FACTOR_REFUSED, user, source=replace(find_source(), way=Way.SIGN_IN, actor=None))


def find_actor(user: User) -> Source:
    """Who does something about this person's factors: a superuser, a command, or themselves, before they are signed
    in."""
    source = find_source()
    return source if source.actor or source.name else replace(source, way=Way.SIGN_IN, actor=user)


def make_recovery_codes(user: User, now: datetime) -> list[str]:
    """Ten new ones, shown once; the old ones are worth nothing from then on."""
    codes = [
        rules.write_recovery_code(secrets.token_bytes(rules.RECOVERY_CODE_BYTES)) for _ in range(rules.RECOVERY_CODES)
    ]
    hashes = [digest(rules.read_code(code)) for code in codes]
    with transaction.atomic():
        RecoveryCode.objects.filter(user=user).delete()
        RecoveryCode.objects.bulk_create(RecoveryCode(user=user, code_hash=kept, made_at=now) for kept in hashes)
        record(Act.RECOVERY_CODES_MADE, user, source=find_actor(user))
    return codes


# Without it -----------------------------------------------------------------------------------------------------


class LastFactor(Exception):
    """Whoever must have one keeps it."""


@contextmanager
def _removing(user: User) -> Iterator[None]:
    """With the last factor go the codes that stand in for it. Raises `LastFactor`, and removes nothing, where one must
    be left."""
    with transaction.atomic():
        list_accounts().select_for_update().get(pk=user.pk)  # two at once would each see the other's factor
        yield
        if not has_factor(user):
            if is_required(user):
                raise LastFactor
            RecoveryCode.objects.filter(user=user).delete()


def remove_app(user: User) -> None:
    with _removing(user):
        AuthenticatorApp.objects.filter(user=user).delete()
        record(Act.SECOND_FACTOR_REMOVED, user, before={"factor": Factor.APP.value})


def remove_passkey(user: User, number: int) -> str:
    """Its name; "" where this person has no such passkey."""
    with _removing(user):
        passkey = Passkey.objects.filter(user=user, pk=number).first()
        if passkey is not None:
            passkey.delete()
            record(Act.SECOND_FACTOR_REMOVED, user, before={"factor": Factor.PASSKEY.value, "title": passkey.name})
    return passkey.name if passkey else ""


def reset(user: User, now: datetime) -> None:
    """For somebody who lost them. Whoever is signed in by them is so no longer, and signs in by the password alone,
    or is led to set up a new factor where one is required. Their API tokens end: what was lost may be in other hands.
    """
    with transaction.atomic():
        for rows in (AuthenticatorApp.objects, Passkey.objects, RecoveryCode.objects):
            rows.filter(user=user).delete()
        record(Act.SECOND_FACTOR_REMOVED, user, after={"reset": True})
        sessions.end_all(user)
        api_tokens.revoke_all_of(user, now)
