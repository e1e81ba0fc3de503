"""Customers: listed, read, added and changed."""

from datetime import datetime
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from links.api.authentication import BearerToken, require
from links.api.bodies import Body, Text
from links.api.idempotency import idempotent
from links.api.paging import PageRequest, add_next, find_page
from links.api.problems import FieldError, InvalidFields
from links.domain.people.scopes import Scope
from links.forms.customers import CustomerForm
from links.models import Customer
from links.models.people.customers import CustomerKind
from links.services.links import staff_log
from links.services.people import customers
from links.texts.pages.histories import ADDED

router = Router()
SEEN = ("view_customer", "change_customer")
MAX_WORDS = 10


class CustomerFilters(PageRequest):
    q: Text = Field("", max_length=200, description="Words of the name or the mail address.")


class CustomerIn(Body):
    """What is left out stays as it is; of a new customer it is as on the admin's empty form."""

    name: Text = Field(max_length=200)
    kind: CustomerKind | None = Field(None, description="Left out, of a new customer: as the name says.")
    mail: Text | None = Field(None, max_length=254)
    language: Text | None = Field(None, max_length=10, description="As in `en` or `ja`.")
    zone: Text | None = Field(None, max_length=64, description="As in `Asia/Tokyo`; empty for the site's.")


class CustomerChange(CustomerIn):
    name: Text | None = Field(None, max_length=200)  # type: ignore[assignment]  # of those that are there, it may stay


class CustomerOut(Schema):
    id: int
    name: str
    kind: CustomerKind
    mail: str | None = Field(description="Null where the token's owner may not know it.")
    language: str
    zone: str
    created_at: datetime


class CustomerPageOut(Schema):
    items: list[CustomerOut]
    next: str | None


@router.get("", response=CustomerPageOut, auth=BearerToken(Scope.CUSTOMERS_READ), operation_id="list_customers")
def list_customers(request: HttpRequest, response: HttpResponse, chosen: Query[CustomerFilters]) -> CustomerPageOut:
    """Customers, those that were added last first."""
    reader = require(request, *SEEN)
    rows = customers.mark_shown_mails(Customer.objects.all(), reader)
    page = find_page(customers.search(rows, chosen.q.split()[:MAX_WORDS], reader), chosen)
    add_next(request, response, page)
    return CustomerPageOut(items=[write_customer(customer) for customer in page.rows], next=page.next)


@router.get(
    "/{int:customer_id}", response=CustomerOut, auth=BearerToken(Scope.CUSTOMERS_READ), operation_id="read_customer"
)
def read_customer(request: HttpRequest, customer_id: int) -> CustomerOut:
    require(request, *SEEN)
    return write_customer(get_customer(request, customer_id))


@router.post("", response={201: CustomerOut}, auth=BearerToken(Scope.CUSTOMERS_WRITE), operation_id="add_customer")
@idempotent
def add_customer(request: HttpRequest, body: CustomerIn) -> Status[CustomerOut]:
    owner = require(request, "add_customer")
    customer = _save(owner, Customer(), body)
    staff_log.write(owner, ADDITION, [customer], ADDED)
    return Status(201, write_customer(get_customer(request, customer.pk)))


@router.patch(
    "/{int:customer_id}", response=CustomerOut, auth=BearerToken(Scope.CUSTOMERS_WRITE), operation_id="change_customer"
)
def change_customer(request: HttpRequest, customer_id: int, body: CustomerChange) -> CustomerOut:
    """Whoever may add customers changes those whose mail addresses they may know."""
    owner = require(request, "add_customer", "change_customer")
    customer = get_customer(request, customer_id)
    if not customers.may_correct(owner, customer):
        require(request, "change_customer")
    _save(owner, customer, body)
    changed = sorted(name for name, value in body.model_dump().items() if value is not None)
    staff_log.write(owner, CHANGE, [customer], [{"changed": {"fields": changed}}])
    return write_customer(get_customer(request, customer_id))


def get_customer(request: HttpRequest, customer_id: int) -> Customer:
    """Raises `Http404`."""
    reader = require(request, *SEEN, "add_customer")
    found = customers.mark_shown_mails(Customer.objects.filter(pk=customer_id), reader).first()
    if found is None:
        raise Http404
    return found


def write_customer(customer: Customer) -> CustomerOut:
    """Of a customer that `mark_shown_mails` has marked."""
    return CustomerOut(
        id=customer.pk,
        name=customer.name,
        kind=CustomerKind(customer.kind),
        mail=customer.mail if customers.shows_mail(customer) else None,
        language=customer.language,
        zone=customer.zone,
        created_at=customer.created_at,
    )


def _save(owner: User, customer: Customer, body: CustomerIn) -> Customer:
    """By the admin's own form. Raises `InvalidFields`, and `Refused("customer-known")`."""
    given: dict[str, Any] = {name: value for name, value in body.model_dump().items() if value is not None}
    kept = {name: getattr(customer, name) for name in CustomerForm.Meta.fields}
    kept["kind"] = customer.kind if customer.pk else ""  # of a new one as the name says
    form = CustomerForm({**kept, **given}, instance=customer)
    if not form.is_valid():
        raise InvalidFields(
            FieldError(field=name, detail=str(error)) for name, errors in form.errors.items() for error in errors
        )
    saved = form.save_at(timezone.now(), owner)
    if saved is None:
        assert form.refused is not None  # noqa: S101  it is why nothing was saved
        raise form.refused
    return saved
