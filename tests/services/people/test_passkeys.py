"""Passkeys, by a security key that is made of software: what is signed for anybody else, or anywhere else, proves
nothing."""

import json
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from django.contrib.auth.models import User
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AuthenticatorData

from links.models import AuditRecord, Passkey
from links.services.people import passkeys
from links.services.people.passkeys import Site
from tests.services.people.security_key import SITE, SecurityKey

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


@pytest.fixture
def mika(db: None) -> User:
    return User.objects.create_user("mika")


def add(user: User, key: SecurityKey, site: Site = SITE) -> Passkey | None:
    options, challenge = passkeys.offer(user, site)
    return passkeys.add(user, site, challenge, key.make(options), "Security key", NOW)


def test_a_passkey_is_added_and_proved(mika: User) -> None:
    key = SecurityKey()
    assert str(add(mika, key)) == "Security key"
    options, challenge = passkeys.ask(mika, SITE)
    assert passkeys.is_proved(mika, SITE, challenge, key.prove(options), NOW)
    assert Passkey.objects.get().used_at == NOW
    acts = list(AuditRecord.objects.filter(object_number=mika.pk).order_by("pk").values_list("act", flat=True))
    assert acts[1:] == ["second-factor-added"]


@pytest.mark.parametrize(
    "changed",
    [{"origin": "https://evil.example"}, {"origin": "http://share.example.com"},
     {"origin": "https://share.example.com:444"}, {"origin": "https://a.share.example.com"},
     {"host": "evil.example"}, {"flags": AuthenticatorData.FLAG(0)}],
    ids=str,
)  # fmt: skip
def test_what_was_signed_elsewhere_proves_nothing(mika: User, changed: dict[str, Any]) -> None:
    key = SecurityKey()
    add(mika, key)
    options, challenge = passkeys.ask(mika, SITE)
    assert not passkeys.is_proved(mika, SITE, challenge, key.prove(options, **changed), NOW)
    assert AuditRecord.objects.filter(act="second-factor-refused").count() == 1


def test_another_challenge_another_person_and_another_key_prove_nothing(mika: User) -> None:
    key, other = SecurityKey(), User.objects.create_user("jo")
    add(mika, key)
    old, _ = passkeys.ask(mika, SITE)
    options, challenge = passkeys.ask(mika, SITE)
    assert not passkeys.is_proved(mika, SITE, challenge, key.prove(old), NOW)
    assert not passkeys.is_proved(other, SITE, challenge, key.prove(options), NOW)
    assert not passkeys.is_proved(mika, SITE, None, key.prove(options), NOW)
    assert not passkeys.is_proved(mika, SITE, challenge, SecurityKey().prove(options), NOW)


def test_a_copy_of_a_key_that_counts_is_noticed_and_one_that_does_not_count_goes_on(mika: User) -> None:
    key, silent = SecurityKey(counter=5), SecurityKey(credential_id=b"another", counter=0)
    add(mika, key)
    add(mika, silent)
    outcomes = []
    for counter in (6, 6, 5, 7):
        key.counter = counter
        options, challenge = passkeys.ask(mika, SITE)
        outcomes.append(passkeys.is_proved(mika, SITE, challenge, key.prove(options), NOW))
    assert outcomes == [True, False, False, True]
    for _ in range(2):
        options, challenge = passkeys.ask(mika, SITE)
        assert passkeys.is_proved(mika, SITE, challenge, silent.prove(options), NOW)


def test_a_passkey_belongs_to_one_person_and_is_offered_to_no_device_twice(mika: User) -> None:
    key, other = SecurityKey(), User.objects.create_user("jo")
    add(mika, key)
    assert add(mika, key) is None
    assert add(other, key) is None
    excluded = json.loads(passkeys.offer(mika, SITE)[0])["excludeCredentials"]
    assert [one["id"] for one in excluded] == [websafe_encode(key.credential_id)]


@pytest.mark.parametrize(
    "answer",
    ["", "null", "[]", "{}", "{", '{"id": 1}', '{"response": {}}', "[" * 100_000, "x" * 30_000, '{"id": "\\ud800"}',
     '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"AA","authenticatorData":"AA","signature":"AA"}}',
     '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"AA","attestationObject":"v_8"}}'],
)  # fmt: skip
def test_whatever_a_browser_may_send_breaks_nothing(mika: User, answer: str) -> None:
    add(mika, SecurityKey())
    _, challenge = passkeys.ask(mika, SITE)
    assert not passkeys.is_proved(mika, SITE, challenge, answer, NOW)
    _, challenge = passkeys.offer(mika, SITE)
    assert passkeys.add(mika, SITE, challenge, answer, "x", NOW) is None


def break_some(answer: str, random: Random) -> str:
    """One part of the answer has bytes changed, cut or added, or is deep."""
    told = json.loads(answer)
    name = random.choice(sorted(told["response"]))
    found = bytearray(websafe_decode(told["response"][name]))
    at = random.randrange(len(found))
    found[at : at + random.randrange(3)] = random.choice(
        [b"", random.randbytes(1), random.randbytes(4), b"\x81" * 3_000, b"\xa1\x01", b"\xff"]
    )
    told["response"][name] = websafe_encode(bytes(found[: random.choice([at, None])]))
    return json.dumps(told)


def test_whatever_bytes_a_key_may_send_break_nothing(mika: User) -> None:
    key, random = SecurityKey(), Random(14)
    add(mika, key)
    other = SecurityKey(credential_id=b"another")
    for _ in range(400):
        options, challenge = passkeys.offer(mika, SITE)
        passkeys.add(mika, SITE, challenge, break_some(other.make(options), random), "x", NOW)
        Passkey.objects.exclude(name="Security key").delete()
        options, challenge = passkeys.ask(mika, SITE)
        assert passkeys.is_proved(mika, SITE, challenge, break_some(key.prove(options), random), NOW) in (True, False)


@pytest.mark.parametrize(
    ("origin", "takes"),
    [("https://share.example.com", True), ("http://localhost:8000", True), ("http://share.example.com", False),
     ("https://192.0.2.7", False), ("http://127.0.0.1:8000", False), ("https://[2001:db8::1]", False), ("", False)],
)  # fmt: skip
def test_passkeys_are_for_https_and_names(origin: str, takes: bool) -> None:
    assert Site(origin, "Holdfast").takes_passkeys is takes


def test_what_a_key_is_told_says_nothing_of_the_person_but_their_user_name(mika: User) -> None:
    told = json.loads(passkeys.offer(mika, SITE)[0])["user"]
    assert (told["name"], len(told["id"])) == ("mika", 43)
