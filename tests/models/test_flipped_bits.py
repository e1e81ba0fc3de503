"""A ciphertext with one bit changed opens to nothing, and says so; no bit of any kind of secret is spared."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from links.domain.errors import Unavailable
from links.domain.findings import Code
from links.domain.reasons import Reason
from links.models import EncryptedValue, ShareLink, SigningKey
from links.models.people.second_factors import AuthenticatorApp
from links.services.click_signing import OpenBuckets
from links.services.validation import batches
from tests.fixtures import Setup, setup

__all__ = ["setup"]
from links.domain.judging.facts import Delivery

PRESIGNED = Delivery.PRESIGNED
OUR_ERRORS = (Reason.SECRETS_UNREADABLE, Reason.SECRETS_MISPLACED)


def list_secrets(setup: Setup) -> dict[str, EncryptedValue]:
    """One of each kind, as rows hold them."""
    stable, presigned = setup.create_link().link, setup.create_link("1 day", delivery=PRESIGNED).link
    stored = {"secret": SigningKey.objects.get().secret}
    stored["token"] = ShareLink.objects.get(pk=stable.pk).token
    stored["url"] = ShareLink.objects.get(pk=presigned.pk).url
    user = User.objects.create_user("aoi")
    stored["seed"] = AuthenticatorApp.objects.create(user=user, seed="5a" * 20, made_at=timezone.now()).seed
    return {name: secret for name, secret in stored.items() if secret}


def flip(secret: EncryptedValue, bit: int) -> EncryptedValue:
    changed = bytearray(secret.ciphertext)
    changed[bit // 8] ^= 1 << bit % 8
    return EncryptedValue(bytes(changed), secret._place)


@pytest.mark.parametrize("kind", ["secret", "token", "url", "seed"])
def test_no_bit_can_be_flipped_unnoticed(setup: Setup, kind: str) -> None:
    secret = list_secrets(setup)[kind]
    for bit in range(len(secret.ciphertext) * 8):
        with pytest.raises(Unavailable) as refused:
            flip(secret, bit).open()
        assert refused.value.reason in OUR_ERRORS
    assert flip(flip(secret, 7), 7).open() == secret.open()


def spoil(row: ShareLink | SigningKey, name: str) -> None:
    """One bit of what the database holds."""
    held: EncryptedValue = getattr(row, name)
    changed = flip(held, 8 * 40 + 1)
    type(row)._default_manager.filter(pk=row.pk).update(**{name: changed})


@pytest.mark.parametrize(
    "act", [lambda secret: secret.open(), lambda secret: secret.reencrypt()], ids=["opening", "rotating"]
)
def test_whoever_opens_or_rotates_it_hears_of_it(setup: Setup, act: Callable[[EncryptedValue], object]) -> None:
    spoil(setup.key, "secret")
    secret = SigningKey.objects.get().secret
    assert secret is not None
    with pytest.raises(Unavailable) as refused:
        act(secret)
    assert refused.value.reason is Reason.SECRETS_UNREADABLE
    assert secret.key_position is None


def test_a_spoilt_key_signs_nothing_and_is_a_finding(setup: Setup) -> None:
    link = setup.create_link().link
    spoil(setup.key, "secret")
    setup.bucket.refresh_from_db()
    with pytest.raises(Unavailable):
        OpenBuckets().open(setup.bucket)
    (judged,) = batches.validate_links([link.pk], timezone.now)
    assert [finding.code for finding in judged.judgement.findings][:1] == [Code.SECRETS_UNREADABLE]


def test_a_spoilt_url_is_never_asked_and_is_a_finding(setup: Setup) -> None:
    link = setup.create_link("1 day", delivery=PRESIGNED).link
    spoil(link, "url")
    setup.s3.requests.clear()
    (judged,) = batches.validate_links([link.pk], timezone.now)
    assert [finding.code for finding in judged.judgement.findings][:1] == [Code.SECRETS_UNREADABLE]
