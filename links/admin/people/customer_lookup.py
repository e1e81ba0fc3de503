"""Customers as a member of staff finds them: with or without their mail addresses."""

from django.http import HttpRequest
from django.utils.translation import gettext

from links.admin.base.columns import NOTHING
from links.admin.base.pages import get_row, staff_user
from links.models import Customer
from links.services.people import customers


def get_customer(request: HttpRequest, object_id: str) -> Customer:
    """Raises `Http404`."""
    return get_row(customers.mark_shown_mails(Customer.objects.all(), staff_user(request)), object_id)


def show_mail(customer: Customer) -> str:
    """Of a customer that `customers.mark_shown_mails` has marked."""
    if not customers.shows_mail(customer):
        return gettext("not shown to you") if customer.mail else NOTHING
    return customer.mail or NOTHING
