"""Customers as a member of staff finds them: with or without their mail addresses."""

from django.contrib.auth.models import User
from django.db.models import BooleanField, ExpressionWrapper, QuerySet, Value
from django.db.models.expressions import Combinable
from django.http import HttpRequest
from django.utils.translation import gettext

from links.admin.base.columns import NOTHING
from links.admin.base.pages import get_row, may_add, may_change, staff_user
from links.models import Customer
from links.services.people import customers


def get_customer(request: HttpRequest, object_id: str) -> Customer:
    """Raises `Http404`."""
    return get_row(mark_shown_mails(Customer.objects.all(), staff_user(request)), object_id)


def mark_shown_mails(rows: QuerySet[Customer], reader: User) -> QuerySet[Customer]:
    """The same rows; each knows whether its mail address may be shown."""
    shown: Combinable = Value(True)
    if not customers.may_see_every_mail(reader):
        shown = ExpressionWrapper(customers.where_mail_is_seen(reader), output_field=BooleanField())
    return rows.annotate(shows_mail=shown)


def may_correct(request: HttpRequest, customer: Customer) -> bool:
    """Whoever may change customers; and whoever may add them, those whose addresses they read: their own links go
    there. Of a customer that `mark_shown_mails` has marked."""
    theirs = may_add(request, Customer) and bool(getattr(customer, "shows_mail", False))
    return may_change(request, Customer) or theirs


def show_mail(customer: Customer) -> str:
    """Of a customer that `mark_shown_mails` has marked."""
    if not getattr(customer, "shows_mail", False):
        return gettext("not shown to you") if customer.mail else NOTHING
    return customer.mail or NOTHING
