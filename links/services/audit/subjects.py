"""What a record is about: which link, customer and bucket a row belongs to, and what it is called."""

from dataclasses import dataclass
from functools import singledispatch

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.db.models import Model

from links.domain.audit.acts import Kind
from links.models import (
    ApiToken,
    Bucket,
    Customer,
    Incident,
    ShareLink,
    SharePermission,
    SigningKey,
    TimeRequest,
    Webhook,
)
from links.models.people.accounts import number_of
from links.texts.people import name_account


@dataclass(frozen=True, slots=True)
class Subject:
    """`text` stays in the record for ever; `name` may tell of a customer, and is kept where it can be erased."""

    kind: Kind = Kind.NOTHING
    number: int | None = None
    text: str = ""
    name: str = ""
    link: int | None = None
    customer: int | None = None
    bucket: int | None = None

    @property
    def is_personal(self) -> bool:
        """Whether what is told of it may tell of a customer."""
        return self.link is not None or self.customer is not None


@singledispatch
def describe(row: Model) -> Subject:
    raise TypeError(f"No record can be about a {type(row).__name__} yet: describe it here")


@describe.register
def _(link: ShareLink) -> Subject:
    name = link.title or link.filename or link.object_key
    return Subject(Kind.LINK, link.pk, f"#{link.pk}", name, link.pk, link.customer_id, link.bucket_id)


@describe.register
def _(asked: TimeRequest) -> Subject:
    link = asked.link
    return Subject(Kind.TIME_REQUEST, asked.pk, f"#{asked.pk}", "", link.pk, link.customer_id, link.bucket_id)


@describe.register
def _(customer: Customer) -> Subject:
    return Subject(Kind.CUSTOMER, customer.pk, f"#{customer.pk}", customer.name, customer=customer.pk)


@describe.register
def _(bucket: Bucket) -> Subject:
    return Subject(Kind.BUCKET, bucket.pk, bucket.name, bucket=bucket.pk)


@describe.register
def _(key: SigningKey) -> Subject:
    return Subject(Kind.KEY, key.pk, name_key(key))


def name_key(key: SigningKey) -> str:
    """By its label and its id, since labels change."""
    return f"{key.label} ({key.access_key_id})"


@describe.register
def _(permission: SharePermission) -> Subject:
    whom = permission.role.name if permission.role else name_account(permission.user) if permission.user else ""
    text = f"{permission.bucket.name}/{permission.prefix}: {whom}"
    return Subject(Kind.PERMISSION, permission.pk, text, bucket=permission.bucket_id)


@describe.register(get_user_model())
def _(person: User) -> Subject:
    return Subject(Kind.ACCOUNT, number_of(person.pk), name_account(person))


@describe.register
def _(role: Group) -> Subject:
    return Subject(Kind.ROLE, role.pk, role.name)


@describe.register
def _(token: ApiToken) -> Subject:
    return Subject(Kind.API_TOKEN, token.pk, str(token))


@describe.register
def _(incident: Incident) -> Subject:
    return Subject(Kind.INCIDENT, incident.pk, f"{incident.code} #{incident.pk}")


@describe.register
def _(webhook: Webhook) -> Subject:
    return Subject(Kind.WEBHOOK, webhook.pk, webhook.name)
