"""Every free text of every row is a stranger's, past all that forms and services ask of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import cycle
from types import MappingProxyType
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Max
from django.utils import timezone

from links.domain.events.kinds import EventKind
from links.domain.findings import Code, Verdict
from links.domain.signed_urls.tokens import digest
from links.models import (
    ApiToken,
    Bucket,
    Customer,
    Incident,
    IncidentLink,
    IncidentNotice,
    LinkMail,
    ServiceAccount,
    ShareLink,
    SharePermission,
    SigningKey,
    TimeRequest,
    TimeRequestMessage,
    Validation,
    Visit,
    Webhook,
    WebhookEvent,
    WebhookMessage,
)  # fmt: skip
from links.models.people.second_factors import Passkey
from links.models.people.sign_ins import SignIn
from tests.environment import ON_POSTGRES
from tests.injection.payloads import PAYLOADS

# What is text in the database and a word of ours: of others a page knows nothing to say.
_WORDS_OF_OURS = {
    *("delivery", "verdict", "state", "outcome", "code", "kind", "language", "zone", "lifetime", "endpoint", "site"),
    *("password", "addressing", "region", "codename", "app_label", "model", "act", "way", "actor"),
    *("state_code", "lifecycle", "policy", "listing", "object_id", "public_id", "about", "host", "fingerprint"),
}  # fmt: skip
_POISONED = (
    Bucket, Customer, Group, Incident, IncidentLink, IncidentNotice, LinkMail, LogEntry, ShareLink, SharePermission,
    Passkey, SigningKey, SignIn, TimeRequest, TimeRequestMessage, User, Validation, Visit, ApiToken, ServiceAccount,
    Webhook, WebhookEvent, WebhookMessage,
)  # fmt: skip
# Shown to nobody, or written by triggers and services from what is poisoned here.
_NO_PAGE = {
    *(
        "Session",
        "Throttle",
        "Heartbeat",
        "StoreBreaker",
        "ClockReading",
        "MetricValue",
        "DailyVerdictCount",
        "NoticeDigest",
    ),
    *("AuditRecord", "AuditDetail", "LinkText", "Identity", "IdempotencyKey"),
}
_PARAMS = (
    *("store_message", "store_code", "access_key_id", "host", "bucket", "object_key", "what", "arn", "store", "name"),
    *("rule_id", "region", "storage_class", "file", "title", "message", "mail", "customer", "about"),
)  # fmt: skip


def join_payloads(longest: int) -> list[str]:
    """All of them, as many together as fit, as the database takes them: PostgreSQL refuses a NUL."""
    joined = [""]
    for payload in PAYLOADS.values():
        text = payload.replace("\0", "") if ON_POSTGRES else payload
        if len(joined[-1]) + len(text) < longest:
            joined[-1] = f"{joined[-1]} {text}".lstrip(" ")
        else:
            joined.append(text)
    return joined


def list_free_texts(model: type[models.Model]) -> Iterator[models.Field[Any, Any]]:
    for field in model._meta.get_fields():
        if not isinstance(field, models.CharField | models.TextField):
            continue
        if not field.choices and field.name not in _WORDS_OF_OURS:
            yield field


def add_rows(link: ShareLink, user: User, count: int) -> None:
    """So many links, with all that can belong to one."""
    assert link.bucket is not None
    now, kind = timezone.now(), ContentType.objects.get_for_model(ShareLink)
    for number in range(count):
        customer = Customer.objects.create(name=f"n{number}", created_at=now, added_by=user)
        link.pk, link.encryption_id = None, type(link)().encryption_id
        link.customer, link.owner, link.token_hash, link.token = customer, user, None, None
        link.due_at, link.slug = None, None
        link.verdict, link.title, link.reference = "broken", "title", "reference"
        link.note, link.filename = "note", "report.pdf"
        link.save()
        Visit.objects.create(link=link, at=now, outcome="served", address="a", browser="b")
        params = dict.fromkeys(_PARAMS, "told")
        finding = {"code": Code.OBJECT_MISSING.value, "verdict": "broken", "fails_at": None, "params": params}
        Validation.objects.create(link=link, at=now, verdict="broken", findings=[finding], store_code="told")
        ShareLink.objects.filter(pk=link.pk).update(findings=[finding])
        incident = Incident.objects.create(
            code=Code.KEY_UNKNOWN.value, subject=f"s{number}", params=params, verdict=Verdict.BROKEN.value,
            opened_at=now, changed_at=now, announced_at=now, link_count=1,
        )  # fmt: skip
        IncidentLink.objects.create(incident=incident, link=link, since=now, verdict="broken", params=params)
        IncidentNotice.objects.create(
            incident=incident, kind="opened", channel="mail", created_at=now, due_at=None, last_error="e"
        )
        LinkMail.objects.create(link=link, kind="time-asked", to="a@example.com", language="en", params=params,
                                created_at=now, due_at=None, last_error="e")  # fmt: skip
        asked = TimeRequest.objects.create(link=link, at=now)
        asked.messages.create(at=now, message="m", mail="a@example.com")
        LogEntry.objects.create(
            user=user, content_type=kind, object_id=str(link.pk), object_repr="o", action_flag=2, change_message="c"
        )
    Passkey.objects.create(user=user, name="passkey", credential_hash=b"1" * 32, credential=b"1", made_at=now)
    SharePermission.objects.create(bucket=link.bucket, user=user, prefix="p", given_at=now)
    program = User.objects.create(username="program")
    ServiceAccount.objects.create(user=program, purpose="p", made_by=user, made_at=now)
    kind_of_event = EventKind.LINK_BROKEN.value
    webhook = Webhook.objects.create(name="n", host="h", address="https://h/", secret="s", kinds=[kind_of_event],
                                     state_since=now, created_at=now, made_by=user)  # fmt: skip
    event = WebhookEvent.objects.create(kind=kind_of_event, at=now, body="{}", link=link)
    WebhookMessage.objects.create(webhook=webhook, event=event, about=event.about, created_at=now,
                                  due_at=None, last_error="e")  # fmt: skip
    for owner in (user, program):
        ApiToken.objects.create(
            owner=owner, name="n", public_id=f"{owner.pk}", token_hash=digest(f"{owner.pk}"), scopes=["doctor"],
            made_at=now, expires_at=now, last_used_at=now, last_used_from="a",
        )  # fmt: skip


Marks = Mapping[str, int]


def mark() -> Marks:
    """The last row of each model."""
    return {model.__name__: model._default_manager.aggregate(last=Max("pk"))["last"] or 0 for model in _POISONED}


def remove(after: Marks) -> None:
    """What was added since."""
    for model in reversed(_POISONED):
        if model not in (Group, User, Bucket, SigningKey):
            model._default_manager.filter(pk__gt=after[model.__name__]).delete()


def poison(texts: Sequence[str], *, spare: Iterable[User] = (), after: Marks = MappingProxyType({})) -> None:
    """Of each row, or of those that came after these, every free text is one of these, cut to its column, and of its
    own where it has to be."""
    spared = {user.pk for user in spare}
    for model in _POISONED:
        drawn = cycle(texts)
        for row in model._default_manager.filter(pk__gt=after.get(model.__name__, 0)).order_by("pk"):
            if isinstance(row, User) and row.pk in spared:
                row.first_name, row.last_name = next(drawn)[:150], next(drawn)[:150]
                row.save()
                continue
            values = {field.attname: _fit(field, next(drawn), row.pk) for field in list_free_texts(model)}
            for field in row._meta.get_fields():
                if isinstance(field, models.JSONField) and (held := getattr(row, field.attname)):
                    values[field.attname] = _replace(held, drawn)
            model._default_manager.filter(pk=row.pk).update(**values)


def _fit(field: models.Field[Any, Any], text: str, number: int) -> str:
    longest = field.max_length or 1_000
    unique = field.unique or field.name in ("name", "username", "label", "slug", "subject", "access_key_id", "purpose")
    mark = str(number) if unique else ""
    return text[: longest - len(mark)] + mark


def _replace(held: Any, drawn: Iterator[str]) -> Any:  # noqa: ANN401  JSON
    if isinstance(held, list):
        return [_replace(each, drawn) for each in held]
    if isinstance(held, dict):
        kept = ("code", "verdict", "fails_at", "reason", "at")
        return {name: value if name in kept else _replace(value, drawn) for name, value in held.items()}
    return next(drawn) if held == "told" else held


def check_models() -> list[str]:
    """The models with free text whose rows are not poisoned."""
    known = {model.__name__ for model in (*_POISONED, Permission, ContentType)} | _NO_PAGE
    return [
        model.__name__ for model in apps.get_models() if any(list_free_texts(model)) and model.__name__ not in known
    ]
