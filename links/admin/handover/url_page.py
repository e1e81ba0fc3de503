"""Handing a link over: its URL, which is a secret, as text, as a QR code, and in a message ready to be sent."""

from dataclasses import dataclass, field
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from links.admin.base.finding_views import explain_outlook, explain_promise
from links.admin.base.link_lookup import get_link
from links.admin.base.pages import go_to, log_addition, log_change, may_change, render_page, require, staff_user
from links.admin.base.refusal_views import explain_refusal
from links.admin.handover import qr
from links.conf.languages import LANGUAGES
from links.domain.errors import HoldfastError
from links.domain.judging.facts import Delivery
from links.models import ShareLink
from links.queries.link_state import read_forecast, read_state
from links.services.keys.kept_secrets import decrypt_kept, encrypt_kept
from links.services.links import creation, revealing
from links.services.mail.senders import name_company
from links.texts.mail import handover
from links.texts.mail.handover import Handover, Message
from links.texts.pages import forecasts
from links.texts.pages.histories import URL_VIEWED, log_message
from links.texts.people import full_name

SHOW_ONCE = "show-url-once"
SHOW_PASSWORD_ONCE = "show-password-once"  # noqa: S105  the name of a place in the session


@dataclass(frozen=True)
class HandoverPage:
    """One link's URL, ready to be handed over."""

    link: ShareLink
    url: str = field(repr=False)
    sender: User

    @property
    def promise(self) -> str:
        return explain_promise(self.link, timezone.now())

    @property
    def outlook(self) -> str:
        """What the customer would soon complain of."""
        return explain_outlook(self.link, timezone.now())

    @property
    def heading(self) -> str:
        return forecasts.heading(read_forecast(self.link, timezone.now()))

    @property
    def opens(self) -> bool:
        return read_state(self.link, timezone.now()).is_open

    @property
    def named_url(self) -> str:
        """The URL with the file's name at its end, by which `wget` and `curl -LO` save it; the name decides nothing.
        Empty where the file does not come at once."""
        link = self.link
        comes_at_once = link.delivery == Delivery.STABLE and not link.slug and not link.needs_press
        name = link.filename if link.filename.strip(".") else ""
        return f"{self.url}/{quote(name, safe='')}" if comes_at_once and self.opens and name else ""

    @property
    def another(self) -> str:
        """The form for the next link: what was made for this customer, or from this folder, is seldom alone."""
        folder, slash, _name = self.link.object_key.rpartition("/")
        kept = {"customer": self.link.customer_id, "bucket": self.link.bucket_id, "folder": folder + slash}
        known = urlencode({name: value for name, value in kept.items() if value})
        return f"{reverse('admin:links_sharelink_add')}?{known}"

    @property
    def is_presigned(self) -> bool:
        return self.link.delivery == Delivery.PRESIGNED

    @property
    def is_long(self) -> bool:
        return self.link.delivery != Delivery.STABLE

    @cached_property
    def code(self) -> SafeString:
        return qr.draw(self.url)

    @cached_property
    def messages(self) -> list[Message]:
        """In every language of the site, the customer's first; nothing for a link that works no more."""
        customer = self.link.customer
        first = customer.language if customer else get_language()
        languages = sorted((code for code, _name in LANGUAGES), key=lambda code: code != first)
        return (
            [handover.write(to_handover(self.link, self.url, self.sender), language) for language in languages]
            if self.opens
            else []
        )


def show_url_once(request: HttpRequest, new_link: creation.NewLink, password: str = "") -> HttpResponse:
    """On from making a link to the page that shows its URL, once, and the password that it was given. What the session
    keeps is the link's number; the password encrypted, for the reader alone."""
    log_addition(request, new_link.link)
    request.session[SHOW_ONCE] = new_link.link.pk
    request.session[SHOW_PASSWORD_ONCE] = encrypt_kept([password], staff_user(request).pk) if password else ""
    return go_to(ShareLink, "url", new_link.link.pk)


def show_url(request: HttpRequest, object_id: str) -> HttpResponse:
    """The URL, which is a secret: right after it was made, or when somebody asks for it again, on the record."""
    link = get_link(request, object_id)
    shown = [""]
    is_new = request.method == "GET" and request.session.get(SHOW_ONCE) == link.pk
    if is_new:
        require(link.owner_id == staff_user(request).pk)
        del request.session[SHOW_ONCE]
        shown = decrypt_kept(request.session.pop(SHOW_PASSWORD_ONCE, ""), staff_user(request).pk) or [""]
    else:
        require(may_change(request, ShareLink))
        if request.method != "POST":
            return go_to(ShareLink, "change", link.pk)
        log_change(request, link, log_message(URL_VIEWED))
    try:
        url = revealing.reveal_url(link)
    except HoldfastError as error:
        messages.error(request, explain_refusal(error, request.user, link.bucket))
        return go_to(ShareLink, "change", link.pk)
    return render_page(
        request,
        "sharelink/handover/url",
        ShareLink,
        title=gettext("Your link is ready") if is_new else gettext("The URL of this link"),
        link=link,
        is_new=is_new,
        password=shown[0],
        page=HandoverPage(link, url, staff_user(request)),
    )


def to_handover(link: ShareLink, url: str, sender: User) -> Handover:
    customer = link.customer
    return Handover(
        url,
        link.name_for_customers,
        link.promised_until,
        filename=link.filename,
        size=link.size,
        customer=customer.name if customer else "",
        is_company=customer is not None and customer.is_company,
        sender=full_name(sender),
        company=name_company(),
        zone=_find_zone(customer.zone) if customer else None,
        starts_at=link.starts_at if link.starts_at and link.starts_at > timezone.now() else None,
        downloads=link.downloads_left,
        needs_password=bool(link.password),
    )


def _find_zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, KeyError):
        return None
