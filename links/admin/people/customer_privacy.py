"""What a data protection officer needs: all data of a customer as a file, and all of it erased."""

from django.contrib import messages
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from links.admin.base.pages import address, go_to, may_change, may_delete, render_page, require, staff_user
from links.admin.people.customer_lookup import get_customer
from links.models import Customer
from links.models.links.share_links import sees_every_link
from links.queries.customer_data import write_json
from links.queries.link_state import where_live
from links.services.audit.acts.exports import record_customer_export
from links.services.erasure import erase_customer


def may_export(request: HttpRequest) -> bool:
    """Whoever may read all of it anyway: every link, and every mail address."""
    return may_change(request, Customer) and sees_every_link(staff_user(request))


def may_erase(request: HttpRequest) -> bool:
    return may_delete(request, Customer) and sees_every_link(staff_user(request))


def export_customer(request: HttpRequest, object_id: str) -> StreamingHttpResponse:
    customer = get_customer(request, object_id)
    require(may_export(request))
    record_customer_export(customer)
    answer = StreamingHttpResponse(write_json(customer, timezone.now()), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="customer-{customer.pk}.json"'
    return answer


def erase(request: HttpRequest, object_id: str) -> HttpResponse:
    """Asks first, and says what it cannot reach."""
    customer = get_customer(request, object_id)
    require(may_erase(request))
    now = timezone.now()
    if request.method != "POST":
        return render_page(
            request,
            "customer/erase",
            Customer,
            title=gettext("Erase all data of “%(name)s”?") % {"name": customer.name},
            original=customer,
            link_count=customer.links.count(),
            active_count=customer.links.filter(where_live(now)).count(),
            signature_ends_at=customer.links.filter(signature_ends_at__gt=now).aggregate(last=Max("signature_ends_at"))[
                "last"
            ],
            may_export=may_export(request),
            cancel=address(Customer, "change", customer.pk),
        )
    erased = erase_customer(customer, now)
    text = gettext("The customer was erased. Links: %(links)s, visits: %(visits)s.")
    messages.success(request, text % {"links": erased.links, "visits": erased.visits})
    return go_to(Customer, "changelist")
