"""Names of staff in templates."""

from django import template
from django.contrib.auth.models import User
from django.utils.translation import gettext

from links.queries import staff
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


@register.simple_tag
def list_able(permission: str) -> str:
    """Some of those who have this permission, by name."""
    return gettext(", ").join(staff.list_able(permission))
