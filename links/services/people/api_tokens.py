"""API tokens: made, revoked, looked up by what a program shows, and their requests counted."""

import secrets
from base64 import b32encode
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from links.domain.audit.acts import Act, Way
from links.domain.errors import Refused
from links.domain.people import scopes as rules
from links.domain.people.api_limits import BAD_TOKEN_LIMIT, BULK_LIMIT, TOKEN_LIMIT, Allowance
from links.domain.people.scopes import Scope
from links.domain.people.token_texts import PUBLIC_ID_BYTES, SECRET_BYTES, read_public_id, write_token
from links.domain.reasons import Reason
from links.domain.signed_urls.tokens import digest
from links.domain.visits.throttling import Limit, name_network
from links.models import ApiToken, ServiceAccount
from links.models.people.accounts import list_accounts
from links.models.people.api_tokens import ApiTokenQuerySet
from links.services import throttle
from links.services.addresses import keep_address
from links.services.audit.recording import record, record_each
from links.services.audit.sources import Source
from links.services.throttle import Key

log = structlog.get_logger(__name__)

TOUCH_EVERY = timedelta(minutes=1)  # a request in between writes nothing
_TOLD_ONCE = Limit(1, timedelta(days=1))  # of uses from one network, and of refusals


@dataclass(frozen=True, slots=True)
class NewToken:
    """What somebody asks for."""

    owner: User
    name: str
    scopes: Collection[Scope]
    lifetime: timedelta = rules.LIFETIME


@dataclass(frozen=True, slots=True)
class MadeToken:
    """`text` is what the program sends. It is shown once: the row keeps its SHA-256."""

    row: ApiToken
    text: str = field(repr=False)


def create(asked: NewToken, made_by: User | None, now: datetime) -> MadeToken:
    """`made_by` is None for the operator.

    Raises `Refused`: api-token-owner-unfit, -name-missing, -scope-missing, -scope-not-open (the owner may do nothing of
    it), -lifetime (none, or longer than the longest), -too-many.
    """
    if not may_own(asked.owner):
        raise Refused(Reason.API_TOKEN_OWNER_UNFIT, owner=asked.owner.get_username())
    name = " ".join(asked.name.split())[: rules.MAX_NAME_LENGTH]
    if not name:
        raise Refused(Reason.API_TOKEN_NAME_MISSING)
    if not asked.scopes:
        raise Refused(Reason.API_TOKEN_SCOPE_MISSING)
    beyond = set(asked.scopes) - set(list_open_scopes(asked.owner))
    if beyond:
        raise Refused(Reason.API_TOKEN_SCOPE_NOT_OPEN, scopes=", ".join(sorted(beyond)))
    if not timedelta(0) < asked.lifetime <= rules.LONGEST_LIFETIME:
        raise Refused(Reason.API_TOKEN_LIFETIME, days=rules.LONGEST_LIFETIME.days)
    public_id = b32encode(secrets.token_bytes(PUBLIC_ID_BYTES)).decode().lower()
    text = write_token(public_id, secrets.token_urlsafe(SECRET_BYTES))
    with transaction.atomic():
        list_accounts().select_for_update().get(pk=asked.owner.pk)  # many at once are counted one after another
        if ApiToken.objects.filter(owner=asked.owner).live(now).count() >= rules.MAX_LIVE_TOKENS:
            raise Refused(Reason.API_TOKEN_TOO_MANY, count=rules.MAX_LIVE_TOKENS)
        row = ApiToken.objects.create(
            owner=asked.owner,
            made_by=made_by,
            name=name,
            public_id=public_id,
            token_hash=digest(text),
            scopes=sorted(asked.scopes),
            made_at=now,
            expires_at=now + asked.lifetime,
        )
        after = {"owner": asked.owner.get_username(), "scopes": row.scopes, "expires_at": row.expires_at}
        record(Act.API_TOKEN_CREATED, row, after=after)
    return MadeToken(row, text)


def revoke(token: ApiToken, now: datetime) -> bool:
    """From now on it opens nothing. False where somebody was quicker."""
    with transaction.atomic():
        done = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)
        if done:
            record(Act.API_TOKEN_REVOKED, token)
    return bool(done)


def revoke_all_of(owner: User, now: datetime) -> int:
    """All that are live; how many."""
    return _revoke_each(ApiToken.objects.filter(owner=owner), now)


def revoke_made_for_others(maker: User, now: datetime) -> int:
    """Those that somebody made for service accounts, and so has seen; how many."""
    return _revoke_each(ApiToken.objects.filter(made_by=maker).exclude(owner=maker), now)


def _revoke_each(tokens: ApiTokenQuerySet, now: datetime) -> int:
    with transaction.atomic():
        live = list(tokens.live(now))
        ApiToken.objects.filter(pk__in=[token.pk for token in live]).update(revoked_at=now)
        record_each(Act.API_TOKEN_REVOKED, live)
    return len(live)


def list_of(owner: User) -> Sequence[ApiToken]:
    """The latest first, with those that are over."""
    return list(ApiToken.objects.filter(owner=owner).select_related("made_by"))


def may_own(person: User) -> bool:
    """Staff, and service accounts."""
    return person.is_active and (person.is_staff or ServiceAccount.objects.filter(user=person).exists())


def list_open_scopes(owner: User) -> list[Scope]:
    """What a token of theirs can be used for."""
    return rules.list_open_scopes(owner.get_all_permissions())


def authenticate(text: str, now: datetime, address: str = "") -> ApiToken | None:
    """The token that a program at this network address shows, with its owner; None where it is nobody's, is revoked or
    expired, or its owner is disabled or no longer staff.

    When and from where it was last used is written once a minute at most. Its first use of the day from a network is
    recorded, and so is the first of the day after it is over; a text that never was a token leaves no record.
    """
    if read_public_id(text) is None:
        return None
    token = ApiToken.objects.with_text(text).select_related("owner").first()
    if token is None:
        return None
    if not (token.is_live(now) and may_own(token.owner)):
        _record_daily(Act.API_TOKEN_REFUSED, token, Source(Way.API, address=address), now)
        return None
    network = keep_address(address)
    touched = ApiToken.objects.filter(Q(last_used_at=None) | Q(last_used_at__lte=now - TOUCH_EVERY), pk=token.pk)
    if token.last_used_at is None or token.last_used_at <= now - TOUCH_EVERY:
        touched.update(last_used_at=now, last_used_from=network)
        _record_daily(
            Act.API_TOKEN_USED, token, Source(Way.API, actor=token.owner, token=token.public_name, address=address), now
        )
    return token


def may_use(token: ApiToken, scope: Scope) -> bool:
    """Whether it has the scope, and its owner still may do something of it."""
    return scope in token.scopes and not rules.PERMISSIONS[scope].isdisjoint(token.owner.get_all_permissions())


def _record_daily(act: Act, token: ApiToken, source: Source, now: datetime) -> None:
    with transaction.atomic():
        if throttle.take(Key(act.value, (token.pk, keep_address(source.address))), _TOLD_ONCE, now):
            record(act, token, source=source)


# How often ------------------------------------------------------------------------------------------------------


def count_request(token: ApiToken, now: datetime) -> Allowance:
    """One more request of this token, and what is left to it."""
    return _count("token", token.pk, TOKEN_LIMIT, now)


def count_refused(address: str, now: datetime) -> Allowance:
    """One more request from this address without a token that is accepted. Whoever shows a good one from the same
    network is not counted with it. A network that reaches the limit is told in the log, once for each while."""
    network = name_network(address)
    allowance = _count("refused", network, BAD_TOKEN_LIMIT, now)
    if allowance.is_over and throttle.is_first(Key("api-refused-told", (network,)), BAD_TOKEN_LIMIT.window, now):
        log.warning("API tokens are guessed", network=keep_address(address))
    return allowance


@contextmanager
def hold_bulk_slot(token: ApiToken, now: datetime) -> Iterator[None]:
    """While a bulk request is done, which may ask stores for a minute: one token does not keep all web processes busy.
    Raises `Refused("too-many-requests")` where another of its is under way."""
    slot = Key("api-bulk", (token.pk,))
    if not throttle.take(slot, BULK_LIMIT, now):
        raise Refused(Reason.TOO_MANY_REQUESTS)
    try:
        yield
    finally:
        throttle.forget(slot)


def _count(name: str, whose: object, limit: Limit, now: datetime) -> Allowance:
    key = Key(f"api-{name}", (whose,))
    is_over = not throttle.take(key, limit, now)
    running = throttle.find_running(key, now)
    return Allowance(name, limit, max(limit.max_count - running.count, 0), running.seconds, is_over)
