"""Add a customer, and edit one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from links.admin.base.pages import (
    address,
    go_to,
    log_addition,
    log_change,
    may_add,
    render_form,
    require,
    staff_user,
)
from links.admin.people.customer_lookup import get_customer
from links.forms.customers import ZONES_LIST, CustomerForm
from links.lib.zones import list_zones
from links.models import Customer
from links.services.people import customers


def add_customer(request: HttpRequest) -> HttpResponse:
    require(may_add(request, Customer))
    form = CustomerForm(request.POST or None)
    customer = _save(request, form)
    if customer is None:
        return _show_form(request, form, title=gettext("Add a customer"), cancel=address(Customer, "changelist"))
    log_addition(request, customer)
    messages.success(request, gettext("“%(name)s” was added.") % {"name": customer.name})
    return go_to(Customer, "change", customer.pk)


def edit_customer(request: HttpRequest, object_id: str) -> HttpResponse:
    customer = get_customer(request, object_id)
    require(customers.may_correct(staff_user(request), customer))
    form, page = CustomerForm(request.POST or None, instance=customer), address(Customer, "change", customer.pk)
    if _save(request, form) is None:
        return _show_form(request, form, title=form.initial["name"], cancel=page)
    log_change(request, customer, [{"changed": {"fields": form.changed_data}}])
    messages.success(request, gettext("Saved."))
    return go_to(Customer, "change", customer.pk)


def _save(request: HttpRequest, form: CustomerForm) -> Customer | None:
    is_ready = request.method == "POST" and form.is_valid()
    return form.save_at(timezone.now(), staff_user(request)) if is_ready else None


def _show_form(request: HttpRequest, form: CustomerForm, *, title: str, cancel: str) -> HttpResponse:
    return render_form(
        request,
        "customer/form",
        Customer,
        form,
        title=title,
        cancel=cancel,
        zones=list_zones(),
        zones_list=ZONES_LIST,
    )
