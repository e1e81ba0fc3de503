"""What was refused, for a page: the sentence, and the pages where its reader can do what it asks for."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from links.admin.base.finding_views import link_acts
from links.domain.errors import HoldfastError
from links.forms.base import ServiceForm
from links.models import Bucket
from links.queries.cure_pages import find_refusal_pages
from links.queries.staff import explain_to_staff

Reader = AbstractBaseUser | AnonymousUser


def list_refusal_acts(
    refused: HoldfastError | None, user: Reader, bucket: Bucket | None = None
) -> list[tuple[str, str]]:
    """What is done, and where. `bucket` is the one that was asked for, where the refusal does not name it."""
    return link_acts(find_refusal_pages(refused, bucket), user) if refused else []


def explain_refusal(refused: HoldfastError, user: Reader, bucket: Bucket | None = None) -> SafeString:
    """In one line, for a message or a row of a table: the sentence, and after it those pages as links."""
    acts = [(place, words) for words, place in list_refusal_acts(refused, user, bucket)]
    sentence = explain_to_staff(refused)
    return format_html("{}{}", sentence, format_html_join("", ' <a href="{}">{}</a>', acts))


def describe_refusal(form: ServiceForm, user: Reader, bucket: Bucket | None = None) -> dict[str, object] | None:
    """The panel beside a form's fields, where it says why what was entered is refused; None where it is not."""
    if form.refused is None:
        return None
    acts = list_refusal_acts(form.refused, user, form.refused_bucket or bucket)
    return {"tone": "bad", "refusal": explain_to_staff(form.refused), "acts": acts}
