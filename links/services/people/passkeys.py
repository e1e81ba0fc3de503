"""Passkeys (WebAuthn), by Yubico's library: a challenge goes to the browser, and what it answers is verified."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from links.domain.audit.acts import Act
from links.domain.people.second_factors import MAX_NAME_LENGTH, MAX_PASSKEYS, Factor
from links.domain.signed_urls.tokens import digest
from links.models import Passkey
from links.services.audit.recording import record
from links.services.people.second_factors import find_actor, record_refused

Challenge = dict[str, Any]
"""What the session keeps until the browser has answered."""

MAX_ANSWER_LENGTH = 20_000  # characters


@dataclass(frozen=True, slots=True)
class Site:
    """Who asks: `origin` as in `https://share.example.com`, and what people call the site."""

    origin: str
    name: str

    @property
    def host(self) -> str:
        return urlsplit(self.origin).hostname or ""

    @property
    def takes_passkeys(self) -> bool:
        """Browsers ask for them on https and on this machine's own names, and never for an address of numbers."""
        try:
            ip_address(self.host)
        except ValueError:
            is_own = self.host == "localhost" or self.host.endswith(".localhost")
            return is_own or self.origin.startswith("https://")
        return False


def offer(user: User, site: Site) -> tuple[str, Challenge]:
    """What the browser is told to make a passkey by, as JSON; and the challenge."""
    entity = PublicKeyCredentialUserEntity(
        # Whoever has the stick can read it: it says nothing of the person.
        id=digest(f"{site.host}:{user.pk}"),
        name=user.get_username(),
        display_name=user.get_full_name() or user.get_username(),
    )
    options, state = _serve(site).register_begin(
        entity,
        _read_credentials(user),
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return json.dumps(dict(options)["publicKey"]), dict(state)


def add(user: User, site: Site, challenge: Challenge | None, answer: str, name: str, now: datetime) -> Passkey | None:
    """None where the answer is none to this challenge, at this site; or the person has too many, or this one."""
    read = _read_answer(answer)
    if challenge is None or read is None or Passkey.objects.filter(user=user).count() >= MAX_PASSKEYS:
        return None
    try:
        made = _serve(site).register_complete(challenge, read)
    except Exception:  # noqa: BLE001  nobody knows all that hostile bytes make its parsers raise
        return None
    credential = made.credential_data
    if credential is None:
        return None
    try:
        with transaction.atomic():
            passkey = Passkey.objects.create(
                user=user,
                name=name[:MAX_NAME_LENGTH],
                credential_hash=digest_credential(credential.credential_id),
                credential=bytes(credential),
                counter=made.counter,
                made_at=now,
            )
            after = {"factor": Factor.PASSKEY.value, "title": passkey.name}
            record(Act.SECOND_FACTOR_ADDED, user, after=after, source=find_actor(user))
            return passkey
    except IntegrityError:
        return None


def ask(user: User, site: Site) -> tuple[str, Challenge]:
    """What the browser is told to prove a passkey of this person by, as JSON; and the challenge."""
    options, state = _serve(site).authenticate_begin(
        _read_credentials(user), user_verification=UserVerificationRequirement.PREFERRED
    )
    return json.dumps(dict(options)["publicKey"]), dict(state)


def is_proved(user: User, site: Site, challenge: Challenge | None, answer: str, now: datetime) -> bool:
    """Whether one of this person's passkeys signed the challenge, at this site."""
    is_right = _verify(user, site, challenge, answer, now)
    if not is_right:
        record_refused(user)
    return is_right


def _verify(user: User, site: Site, challenge: Challenge | None, answer: str, now: datetime) -> bool:
    read = _read_answer(answer)
    if challenge is None or read is None:
        return False
    credentials = _read_credentials(user)
    try:
        credential = _serve(site).authenticate_complete(challenge, credentials, read)
        counter = AuthenticationResponse.from_dict(read).response.authenticator_data.counter
    except Exception:  # noqa: BLE001  as above
        return False
    # A stick that counts, and has counted less than before, is a copy. Those that do not count say 0.
    moved_on = Q(counter__lt=counter) | Q(counter=0) if counter else Q(counter=0)
    mine = Passkey.objects.filter(user=user, credential_hash=digest_credential(credential.credential_id))
    return bool(mine.filter(moved_on).update(counter=counter, used_at=now))


def digest_credential(credential_id: bytes) -> bytes:
    return digest(credential_id.hex())


def _serve(site: Site) -> Fido2Server:
    return Fido2Server(
        PublicKeyCredentialRpEntity(id=site.host, name=site.name), verify_origin=lambda origin: origin == site.origin
    )


def _read_credentials(user: User) -> list[AttestedCredentialData]:
    return [AttestedCredentialData(bytes(passkey.credential)) for passkey in Passkey.objects.filter(user=user)]


def _read_answer(answer: str) -> Mapping[str, Any] | None:
    """Whatever a browser may send."""
    try:
        read = json.loads(answer) if len(answer) <= MAX_ANSWER_LENGTH else None
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None
