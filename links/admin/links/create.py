"""Making a link: the page with its form, which may begin as a copy of another link."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from links.admin.base.htmx import read_htmx
from links.admin.base.link_lookup import find_link
from links.admin.base.pages import may_add, render_form, render_page, require, sees_customers, staff_user
from links.admin.base.refusal_views import describe_refusal
from links.admin.handover.url_page import show_url_once
from links.domain.judging.facts import Delivery
from links.domain.promise.promises import Promise
from links.domain.promise.terms import TERMS
from links.domain.row_numbers import read_number
from links.forms.links import LinkForm
from links.models import Customer, ShareLink
from links.services.link_terms import copy_terms
from links.services.links import sharing
from links.services.people import customers
from links.texts import labels
from links.texts.lifetimes import list_presets, type_again
from links.texts.pages import promises


def create_link(request: HttpRequest) -> HttpResponse:
    """What is entered is previewed as often as somebody likes; then the link is made and its URL shown, once."""
    require(may_add(request, ShareLink))
    user = staff_user(request)
    if request.method != "POST":
        return _show_form(request, LinkForm(user, initial=_find_initial(request)))
    entered = request.POST.copy()
    entered["delivery"] = entered.get("offer") or entered.get("delivery", "")
    form = LinkForm(user, entered)
    if "preview" in request.POST or "offer" in request.POST:
        promise = form.preview(timezone.now()) if form.is_valid() else None
        return _show_form(request, form, promise)
    new_link = form.create(user, timezone.now()) if form.is_valid() else None
    if new_link is None:
        return _show_form(request, form)
    return show_url_once(request, new_link, form.cleaned_data["password"])


def suggest_customers(request: HttpRequest) -> HttpResponse:
    """The names that a field for a customer offers while somebody types."""
    require(may_add(request, ShareLink))
    found = customers.suggest(request.GET.get("customer", "")) if sees_customers(staff_user(request)) else []
    return render_page(request, "sharelink/create/customers", ShareLink, title="", customers=found)


def _find_initial(request: HttpRequest) -> dict[str, object]:
    """What the address of the page says: a file that was chosen, a customer, or a link that is to be copied."""
    given: dict[str, object] = request.GET.dict()  # type: ignore[assignment]
    number = request.GET.get("customer", "")
    if number:
        known = read_number(number) is not None and sees_customers(staff_user(request))
        given["customer"] = str(Customer.objects.filter(pk=number).first() or "") if known else ""
    link = _find_copied(request)
    return given | (_copy(link) if link else {})


def _find_copied(request: HttpRequest) -> ShareLink | None:
    """The link that is being duplicated, as the page's address says, also when its form is sent. What may be shared no
    longer is not copied."""
    number = request.GET.get("copy", "")
    link = find_link(request, number) if number else None
    if link is None or link.bucket is None or link.delivery == Delivery.FOREIGN:
        return None
    may_share = sharing.find_scope(staff_user(request)).may_share(link.bucket.pk, link.object_key)
    return link if may_share else None


def _find_known(request: HttpRequest, form: LinkForm) -> ShareLink | None:
    """The link of ours whose URL was pasted for a file, where this member of staff may know of it."""
    number = form.refused.params.get("link") if form.refused else None
    return find_link(request, str(number)) if number else None


def _show_form(request: HttpRequest, form: LinkForm, promise: Promise | None = None) -> HttpResponse:
    panel: dict[str, Any] = {
        "panel": _describe_preview(request, form, promise),
        "offer": form.offer,
        "known": _find_known(request, form),
    }
    if read_htmx(request):
        return render_page(request, "sharelink/create/promise", ShareLink, title="", form=form, **panel)
    copied = _find_copied(request)
    return render_form(
        request,
        "sharelink/create/add",
        ShareLink,
        form,
        title=gettext("Make a link"),
        presets=list_presets(),
        loses_password=bool(copied and copied.password),
        has_buckets=sharing.list_buckets(form.scope).exists(),
        scope=form.scope,
        zone=timezone.get_current_timezone_name(),
        folder=request.GET.get("folder", ""),
        folder_of_copied=copied.object_key.rpartition("/")[0] + "/" if copied and "/" in copied.object_key else "",
        copied=copied,
        **panel,
    )


def _copy(link: ShareLink) -> dict[str, object]:
    """What a form begins with; all of a link that may be copied."""
    terms = copy_terms(link, timezone.now())
    copied = {term.name: getattr(terms, term.name) for term in TERMS if term.is_copied}
    asked = {"object_key": link.object_key, "lifetime": type_again(link.lifetime), "delivery": link.delivery}
    return {**copied, **asked, "bucket": link.bucket_id, "customer": str(link.customer or "")}


def _describe_preview(request: HttpRequest, form: LinkForm, promise: Promise | None) -> dict[str, object] | None:
    """The promise panel: None while there is nothing to say."""
    if promise is not None:
        delivery, starts_at = Delivery(form.cleaned_data["delivery"]), form.cleaned_data["starts_at"]
        return {
            "tone": "warn" if promise.is_shortened else "good",
            "until": promise.promised_until,
            "begins": promises.beginning(starts_at) if starts_at else "",
            "asked_until": promise.asked_until if promise.is_shortened else None,
            "reasons": [promises.reason(reason) for reason in promise.reasons],
            "unchecked": promises.unchecked(promise),
            "delivery": labels.label(delivery),
        }
    return describe_refusal(form, request.user)
