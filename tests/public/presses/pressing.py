"""How tests press the button of a link's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from links.models import ShareLink, Visit
from links.services.links.creation import NewLink
from tests.fixtures import Setup, token_of

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer


def create_link(setup: Setup, **terms: Any) -> NewLink:
    new_link = setup.create_link()
    ShareLink.objects.filter(pk=new_link.link.pk).update(**terms)
    new_link.link.refresh_from_db()
    return new_link


def page_of(new_link: NewLink) -> str:
    return f"/s/{token_of(new_link.url)}"


def text(answer: Answer) -> str:
    return str(answer.content.decode())


def outcomes() -> list[str]:
    return list(Visit.objects.order_by("pk").values_list("outcome", flat=True))
