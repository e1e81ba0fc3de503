"""Names of staff in templates."""

from django import template
from django.contrib.auth.models import User

from links.texts import people

register = template.Library()


@register.filter
def person(user: User | None) -> str:
    return people.name_person(user) if user else ""


@register.filter
def account(user: User | None) -> str:
    return people.name_account(user) if user else ""


@register.filter
def full_name(user: User | None) -> str:
    """The one that customers read; "" for an account without."""
    return people.full_name(user) if user else ""
