"""Which tables a backup holds, and how their values are written as JSON."""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models

from links.models import (
    ClockReading,
    EncryptedField,
    EncryptedValue,
    Heartbeat,
    LinkText,
    MetricValue,
    Session,
    StoreBreaker,
    Throttle,
)

Json = str | int | float | bool | list[object] | dict[str, object] | None
Field = models.Field[object, object]

# What is true of the old site's processes, or written by the database itself: a restored site begins anew with them.
_LEFT_OUT = (Session, Throttle, Heartbeat, ClockReading, StoreBreaker, MetricValue, LinkText)
_APPLICATIONS = ("contenttypes", "auth", "admin", "links")


def list_tables() -> list[type[models.Model]]:
    """Every table of ours, of Django's that ours lead to, and of the site's own accounts."""
    wanted = {*_APPLICATIONS, get_user_model()._meta.app_label}  # noqa: SLF001  Django's documented interface
    found = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in wanted]  # noqa: SLF001
    return [model for model in found if model not in _LEFT_OUT and not model._meta.proxy and model._meta.managed]  # noqa: SLF001


def list_fields(model: type[models.Model]) -> list[Field]:
    """Without those that the database itself writes."""
    return [field for field in model._meta.concrete_fields if not field.generated]  # noqa: SLF001  as above


def read_rows(model: type[models.Model], batch: int) -> Iterator[list[Json]]:
    """Each row, in the order of its number, as JSON has it. Secrets stay as they are stored."""
    names, last = ["pk", *(field.attname for field in list_fields(model))], None
    while True:
        rows = model._base_manager.order_by("pk")  # noqa: SLF001  a default manager may leave rows out
        some = list((rows if last is None else rows.filter(pk__gt=last)).values_list(*names)[:batch])
        yield from ([_to_json(value) for value in row[1:]] for row in some)
        if len(some) < batch:
            return
        last = some[-1][0]


def build_row(model: type[models.Model], values: list[Json]) -> models.Model:
    """Raises ValueError for a value that its column cannot be."""
    fields = list_fields(model)
    return model(**{field.attname: _from_json(field, value) for field, value in zip(fields, values, strict=True)})


def _to_json(value: object) -> Json:
    if isinstance(value, EncryptedValue):
        return b64encode(value.ciphertext).decode() if value else ""
    if isinstance(value, bytes | memoryview):
        return b64encode(value).decode()
    if isinstance(value, date):  # a moment, too
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value  # type: ignore[return-value]  # what else columns hold


def _from_json(field: Field, value: Json) -> object:
    if not isinstance(value, str):
        return value
    if isinstance(field, EncryptedField):
        return EncryptedValue(b64decode(value, validate=True))
    if isinstance(field, models.BinaryField):
        return b64decode(value, validate=True)
    if isinstance(field, models.DateTimeField):
        return datetime.fromisoformat(value)
    if isinstance(field, models.DateField):
        return date.fromisoformat(value)
    return UUID(value) if isinstance(field, models.UUIDField) else value
