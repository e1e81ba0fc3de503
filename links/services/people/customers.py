"""Customers: found by their name, or added in passing."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Combinable

from links.conf.languages import find_language
from links.database.locks import write_alone
from links.domain.audit.acts import Act
from links.domain.audit.values import keep_changed
from links.domain.errors import Refused
from links.domain.reasons import Reason
from links.domain.viewers import Operator, find_person
from links.lib.company_names import is_company_name
from links.models import Customer, ShareLink
from links.models.links.share_links import sees_every_link
from links.models.people.customers import CustomerKind
from links.models.search import hold
from links.services.audit.recording import record

OFFERED = 20


def suggest(text: str) -> QuerySet[Customer]:
    """The first few whose names hold this text."""
    sought = text.strip()
    return Customer.objects.filter(hold(Customer, sought), name__icontains=sought).order_by("name", "pk")[:OFFERED]


def may_see_every_mail(user: User) -> bool:
    return sees_every_link(user) or user.has_perm("links.change_customer")


def where_mail_is_seen(user: User) -> Q:
    """The customers whose mail addresses a member of staff may know: those that they added, and those of their own
    links. Of others they know the names, so that nobody is added twice."""
    own = ShareLink.objects.filter(customer=OuterRef("pk"), owner=user.pk)
    return Q(added_by=user.pk) | Q(Exists(own))


def mark_shown_mails(rows: QuerySet[Customer], reader: User) -> QuerySet[Customer]:
    """The same rows; each knows whether its mail address may be shown (`shows_mail`)."""
    shown: Combinable = Value(True)
    if not may_see_every_mail(reader):
        shown = ExpressionWrapper(where_mail_is_seen(reader), output_field=BooleanField())
    return rows.annotate(is_mail_shown=shown)


def shows_mail(customer: Customer) -> bool:
    """Of a customer that `mark_shown_mails` has marked."""
    return bool(getattr(customer, "is_mail_shown", False))


def may_correct(user: User, customer: Customer) -> bool:
    """Whoever may change customers; and whoever may add them, those whose addresses they read: their own links go
    there. Of a customer that `mark_shown_mails` has marked."""
    theirs = user.has_perm("links.add_customer") and shows_mail(customer)
    return user.has_perm("links.change_customer") or theirs


def search(rows: QuerySet[Customer], words: Iterable[str], reader: User) -> QuerySet[Customer]:
    """Those that have each of the words in their names or mail addresses. Not by addresses that are not shown: found by
    its parts, one would be told letter by letter."""
    seen = Q() if may_see_every_mail(reader) else where_mail_is_seen(reader)
    for word in words:
        rows = rows.filter(hold(Customer, word), Q(name__icontains=word) | (Q(mail__icontains=word) & seen))
    return rows


def find(name: str) -> Customer | None:
    """The customer of this name, however it is written; the first that was added where there are several."""
    return _called(name).first()


def find_or_build(name: str, now: datetime, by: User | Operator) -> Customer:
    """The customer of this name, or a new one, unsaved: `save_if_new` saves them together with the link that names
    them. A new one reads what their sender reads and is what their name says, until somebody says otherwise."""
    language = find_language()
    return find(name) or Customer(
        name=name.strip(), kind=guess_kind(name), language=language, created_at=now, added_by=find_person(by)
    )


def save_if_new(customer: Customer) -> Customer:
    """The customer as a row: saved where `find_or_build` drafted them, unless somebody added the name meanwhile. Call
    it in the transaction that saves their link: what is refused there leaves no customer behind."""
    if not customer.pk:
        write_alone(Customer)
        if known := find(customer.name):
            return known
        customer.save()
        record(Act.CUSTOMER_ADDED, customer, after=_read_details(customer))
    return customer


def save(customer: Customer) -> Customer:
    """Add a customer, or change one. Raises `Refused("customer-known")`, with `customer`, the one who has the name."""
    with transaction.atomic():
        write_alone(Customer)
        if not Customer.objects.filter(pk=customer.pk, name=customer.name).exists():
            known = _called(customer.name).exclude(pk=customer.pk).first()
            if known is not None:
                raise Refused(Reason.CUSTOMER_KNOWN, customer=known.pk, name=known.name)
        before = Customer.objects.filter(pk=customer.pk).first()
        customer.save()
        if before is None:
            record(Act.CUSTOMER_ADDED, customer, after=_read_details(customer))
        else:
            was, now_is = keep_changed(_read_details(before), _read_details(customer))
            record(Act.CUSTOMER_CHANGED, customer, before=was, after=now_is)
    return customer


def _read_details(customer: Customer) -> dict[str, object]:
    names = ("name", "kind", "mail", "language", "zone")
    return {name: getattr(customer, name) for name in names if getattr(customer, name)}


def guess_kind(name: str) -> CustomerKind:
    """A company where the name says so; otherwise a person: "様" after a company's name is still polite, and "御中"
    after a person's is not."""
    return CustomerKind.COMPANY if is_company_name(name) else CustomerKind.PERSON


def _called(name: str) -> QuerySet[Customer]:
    return Customer.objects.filter(name__iexact=name.strip()).order_by("pk")
