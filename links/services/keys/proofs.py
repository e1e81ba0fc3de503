"""Signing keys: add, and prove again and again that they are an IAM user's own."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from links.database.locks import update_in_order
from links.domain.audit.acts import Act
from links.domain.audit.values import keep_changed
from links.domain.buckets.endpoints import normalize_endpoint
from links.domain.credentials import Caller, CallerKind, KeyPair, KeyState, check_caller, check_pair
from links.domain.errors import HoldfastError, KeyRefused, Refused, Unavailable
from links.domain.judging.facts import Delivery, ListedKey, Listing
from links.domain.reasons import Reason
from links.models import EncryptedValue, ShareLink, SigningKey
from links.models.leases import due_afresh
from links.s3 import identity
from links.services import queue
from links.services.audit.recording import record
from links.services.click_signing import OpenBuckets
from links.services.due_rows import work_on_each

PROVE_EVERY = timedelta(hours=6)
ASK_AGAIN = timedelta(minutes=5)


def add_key(
    label: str,
    access_key_id: str,
    secret: str,
    *,
    token: str = "",
    endpoint: str = "",
    region: str = "",
    now: datetime,
) -> SigningKey:
    """Take an IAM user's access key, proved where its store can say who it is. A refused key is not saved.

    Raises `KeyRefused` for anything but a static key of an IAM user, `Refused`: key-known for one that we have,
    endpoint-private where the settings do not let this server ask its store.
    """
    return save_new(examine(label, access_key_id, secret, token=token, endpoint=endpoint, region=region, now=now))


def examine(
    label: str,
    access_key_id: str,
    secret: str,
    *,
    token: str = "",
    endpoint: str = "",
    region: str = "",
    now: datetime,
) -> SigningKey:
    """The key as `add_key` would save it, unsaved. Raises as `add_key` does, but for key-known."""
    check_pair(access_key_id, secret, token, at_aws=not endpoint)
    key = SigningKey(
        label=label.strip() or access_key_id,
        access_key_id=access_key_id,
        secret=EncryptedValue.encrypt(secret),
        endpoint=normalize_endpoint(endpoint) if endpoint else "",
        region=region,
        created_at=now,
    )
    _judge(key, secret, now)
    if key.key_state is KeyState.REFUSED:
        raise KeyRefused(key.state_reason, access_key_id=access_key_id, arn=key.arn)
    return key


def save_new(key: SigningKey) -> SigningKey:
    """Raises `Refused("key-known")` where its label or id is taken."""
    try:
        with transaction.atomic():
            key.save(force_insert=True)
            record(Act.KEY_ADDED, key, after={"endpoint": key.endpoint, "region": key.region, "state": key.state})
    except IntegrityError:
        raise _name_known(key) from None
    return key


def _name_known(key: SigningKey) -> Refused:
    """Which of the two is taken; under a label of its own, where it is the id."""
    same = SigningKey.objects.filter(access_key_id=key.access_key_id, endpoint=key.endpoint).first()
    label, taken = (same.label, "id") if same else (key.label, "label")
    return Refused(Reason.KEY_KNOWN, label=label, access_key_id=key.access_key_id, taken=taken)


def check_key(key: SigningKey, now: datetime) -> SigningKey:
    """As `prove_key`, for somebody who asks for it."""
    record(Act.KEY_CHECKED, key)
    return prove_key(key, now)


def prove_key(key: SigningKey, now: datetime) -> SigningKey:
    """Ask the store again who the key is, and keep the answer; silence changes only when it is asked next.

    Where the answer changed, the key's links are validated soon. A replaced key signs nothing and is not asked about.
    """
    if key.replaced_at is not None:
        return key
    before = key.state
    try:
        _judge(key, key.secret.open() if key.secret else "", now)
    except HoldfastError:  # a secret that cannot be opened, or a store that this server may not ask
        key.check_due_at = now + ASK_AGAIN
    with transaction.atomic():
        if key.state != before:  # links before keys: in the order in which validations lock them
            ShareLink.objects.watched().filter(bucket__key=key).update_in_order(**due_afresh(now))
            queue.enqueue("validate_due_links")
        key.save(
            update_fields=[
                "state",
                "state_code",
                "arn",
                "listing",
                "made_at",
                "proved_at",
                "checked_at",
                "check_due_at",
            ]
        )
        if key.state != before:
            record(Act.KEY_STATE_CHANGED, key, before={"state": before}, after={"state": key.state, "arn": key.arn})
    return key


def recheck(access_key_ids: Collection[str], now: datetime) -> None:
    """A store said that it does not know these keys: ask soon who they are, though not for each of their links."""
    lately = Q(checked_at__gt=now - ASK_AGAIN, checked_at__lte=now)
    doubted = SigningKey.objects.present().filter(access_key_id__in=access_key_ids).exclude(lately)
    update_in_order(doubted, check_due_at=now)


def list_of_user(key: SigningKey, opened: OpenBuckets) -> Mapping[str, ListedKey]:
    """The keys of this key's user, by id; empty where they may not be read."""
    pair = _try_to_open(key, opened)
    return (identity.list_keys(pair, region=key.region, endpoint=key.endpoint) if pair else None) or {}


def answers(key: SigningKey, opened: OpenBuckets) -> bool | None:
    """Whether the store's identity service knows this key at present; None where it could not be asked."""
    pair = _try_to_open(key, opened)
    try:
        found = identity.identify(pair, region=key.region, endpoint=key.endpoint) if pair else None
    except KeyRefused as refused:
        return False if refused.reason is Reason.KEY_UNKNOWN_TO_STORE else None
    except HoldfastError:
        return None
    return True if found else None


def _try_to_open(key: SigningKey, opened: OpenBuckets) -> KeyPair | None:
    try:
        return opened.open_key(key)
    except HoldfastError:
        return None


def save_plan(key: SigningKey, now: datetime) -> None:
    """Save when this key is to be rotated, and its label; the presigned links that die with it are judged anew soon."""
    with transaction.atomic():  # links before keys: in the order in which validations lock them
        presigned = ShareLink.objects.watched().filter(delivery=Delivery.PRESIGNED.value)
        presigned.filter(access_key_id=key.access_key_id, bucket__key=key).make_due(now)
        before = SigningKey.objects.get(pk=key.pk)
        key.save(update_fields=["label", "rotates_at", "rotation_days"])
        names = ("label", "rotates_at", "rotation_days")
        was, now_is = keep_changed(*({name: getattr(row, name) for name in names} for row in (before, key)))
        if now_is:
            record(Act.KEY_CHANGED, key, before=was, after=now_is)
        queue.enqueue("validate_due_links")


def prove_due_keys(now: datetime) -> int:
    """Prove the keys whose proof is due; how many were asked for."""
    due = SigningKey.objects.due(now)
    return len(work_on_each(due, lambda key: prove_key(key, now), limit=50, check_due_at=now + ASK_AGAIN))


def _judge(key: SigningKey, secret: str, now: datetime) -> None:
    """Put what the store says into the row's fields, unsaved."""
    key.checked_at, key.check_due_at = now, now + PROVE_EVERY
    try:
        found = identity.identify(KeyPair(key.access_key_id, secret), region=key.region, endpoint=key.endpoint)
        if found is not None:
            key.arn = found.arn
            check_caller(found)
    except KeyRefused as refused:
        key.state, key.state_code = KeyState.REFUSED.value, refused.code
        key.check_due_at = now + ASK_AGAIN  # whoever mends it should not wait for hours
        return
    except Unavailable as silent:
        key.check_due_at = now + ASK_AGAIN
        # A key that was proved once stays so while its store is silent: an outage is no reason to stop signing.
        if key.key_state is not KeyState.PROVED:
            key.state, key.state_code = KeyState.PENDING.value, silent.code
        return
    _accept(key, found, secret, now)


def _accept(key: SigningKey, found: Caller | None, secret: str, now: datetime) -> None:
    key.state_code = ""
    if found is None:
        key.state = KeyState.UNPROVED.value
        return
    key.state, key.proved_at = KeyState.PROVED.value, now
    if found.kind is CallerKind.IAM_USER:
        listed = identity.list_keys(KeyPair(key.access_key_id, secret), region=key.region, endpoint=key.endpoint)
        if not listed:
            key.listing = ""
            return
        one = listed.get(key.access_key_id, ListedKey(Listing.ABSENT))
        key.listing, key.made_at = one.state.value, one.made_at or key.made_at
