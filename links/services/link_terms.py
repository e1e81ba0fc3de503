"""The terms of a link, between the value that people ask for and the row that keeps them."""

from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias

from django.contrib.auth.hashers import make_password

from links.domain.promise.terms import TERMS, LinkTerms, ShownIn, list_shown, name_file
from links.models import Customer, ShareLink
from links.services.password_hashing import check_new_password
from links.texts.terms import describe

Terms: TypeAlias = LinkTerms[Customer]


def to_columns(terms: Terms, object_key: str) -> dict[str, Any]:
    """What a row keeps of these terms, by column; of a password its hash."""
    return {term.name: getattr(terms, term.name) for term in TERMS} | {
        "filename": name_file(terms.filename, object_key),
        "slug": terms.slug or None,
        "password": make_password(terms.password) if terms.password else "",
    }


def copy_terms(link: ShareLink, now: datetime) -> Terms:
    """All of a link's terms but its secrets and its own address; a beginning only where it lies ahead, and a name only
    where somebody chose it: the copy may lead to another file, whose name is its own."""
    terms = Terms(**{term.name: getattr(link, term.name) for term in TERMS if term.is_copied})
    if terms.filename == name_file("", link.object_key):
        terms = replace(terms, filename="")
    return terms if terms.starts_at and terms.starts_at > now else replace(terms, starts_at=None)


def read_shown(link: ShareLink, where: ShownIn) -> dict[str, str]:
    """The terms of a link that staff read there, by name; those without a value are left out."""
    shown = {name: getattr(link, name) for name in list_shown(where)}
    return {name: describe(value) for name, value in shown.items() if value}


def check_password_of(terms: Terms, object_key: str) -> None:
    """Raises what `password_hashing.check_new_password` refuses: a password may not be what the link itself says."""
    if terms.password:
        customer = terms.customer.name if terms.customer else ""
        own_words = (terms.title, customer, terms.slug, name_file(terms.filename, object_key))
        check_new_password(terms.password, *own_words)
