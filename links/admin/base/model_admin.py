"""What the staff's pages have in common."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst, smart_split, unescape_string_literal

from links.admin.base.change_lists import OfferedListMixin, Row
from links.models.texts import SearchedModel, hold
from links.words.histories import Kept

SearchedRow = TypeVar("SearchedRow", bound=SearchedModel)
AT_ONCE = 1_000  # rows that one action takes


class HoldfastModelAdmin(OfferedListMixin[Row]):
    """An aggregate's pages: lists that stay quick, and pages of our own beside Django's."""

    list_per_page = 100
    list_max_show_all = 100
    show_full_result_count = False
    actions_selection_counter = True
    explained: str | Promise = ""  # what the list holds, where its name alone does not tell

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Nothing is deleted in bulk: Django would load every row that hangs on it to say so."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        told = {"title": capfirst(self.opts.verbose_name_plural), "explained": self.explained}
        return super().changelist_view(request, {**told, **(extra_context or {})})

    def explain_why_kept(self, row: Row) -> str:
        """Why this row may not be deleted; empty where it may."""
        return ""

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Refuse before Django would load every link that hangs on the row to explain it."""
        row = self.find(request, object_id)
        self.require(self.has_delete_permission(request, row))
        if why := self.explain_why_kept(row):
            messages.error(request, why)
            return self.go_to("change", row.pk)
        return super().delete_view(request, object_id, extra_context)

    def find(self, request: HttpRequest, object_id: str) -> Row:
        found = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        return found

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django sends whoever may view none of these rows to two pages: one for those that there are."""
        self.find(request, object_id)
        return super().history_view(request, object_id, extra_context)

    def require(self, allowed: bool) -> None:
        if not allowed:
            raise PermissionDenied

    def render(
        self, request: HttpRequest, template: str, *, title: str, subtitle: str = "", **context: object
    ) -> HttpResponse:
        return TemplateResponse(
            request,
            f"admin/links/{template}.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": title,
                "subtitle": subtitle,
                "has_view_permission": self.has_view_permission(request),
                **context,
            },
        )

    def render_form(self, request: HttpRequest, template: str, form: BaseForm, **context: object) -> HttpResponse:
        return self.render(request, template, form=form, errors=form.errors, **context)  # type: ignore[arg-type]

    def go_to(self, page: str, *args: object) -> HttpResponseRedirect:
        return HttpResponseRedirect(self.address(page, *args))

    def address(self, page: str, *args: object) -> str:
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=args)


class SearchedModelAdmin(HoldfastModelAdmin[SearchedRow]):
    """Finds the rows that hold each of the words entered, as Django's own search does, by an index."""

    model: type[SearchedRow]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[SearchedRow], search_term: str
    ) -> tuple[QuerySet[SearchedRow], bool]:
        for word in split_words(search_term):
            queryset = queryset.filter(hold(self.model, word))
        return queryset, False


def split_words(search_term: str) -> Iterator[str]:
    """As Django's own search does: what stands in quotation marks is one."""
    for word in smart_split(search_term):
        is_quoted = word[0] in "\"'" and word[0] == word[-1]
        yield unescape_string_literal(word) if is_quoted else word


class ReadOnlyModelAdmin(HoldfastModelAdmin[Row]):
    """What the product writes and people only read."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False


def who(request: HttpRequest) -> User:
    """The member of staff; the admin's pages are shown to nobody else."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def sees_customers(user: User) -> bool:
    return user.has_perm("links.view_customer") or user.has_perm("links.change_customer")


def log_all(request: HttpRequest, action: int, rows: Sequence[Model], told: Kept) -> None:
    """Put the same entry into the history of each row, however many there are."""
    LogEntry.objects.log_actions(who(request).pk, rows, action, told)
