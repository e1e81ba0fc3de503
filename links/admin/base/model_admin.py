"""What the admin class of each model builds on: lists that stay quick, and rows that are not deleted lightly."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.text import capfirst, smart_split, unescape_string_literal

from links.admin.base.change_lists import AllowedFiltersMixin, Row
from links.admin.base.pages import get_row, go_to, require
from links.models.search import SearchedModel, hold
from links.queries.audit.audit_trail import list_of_deleted_accounts
from links.services.audit.deletions import delete_recorded

SearchedRow = TypeVar("SearchedRow", bound=SearchedModel)


class HoldfastModelAdmin(AllowedFiltersMixin[Row]):
    list_per_page = 100
    list_max_show_all = 100
    show_full_result_count = False
    actions_selection_counter = True
    explained: str | Promise = ""  # what the list holds, where its name alone does not tell

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"title": capfirst(self.opts.verbose_name_plural), "explained": self.explained}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def explain_why_kept(self, row: Row) -> str:
        """Why this row may not be deleted; empty where it may."""
        return ""

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Refuse before Django would load every link that hangs on the row to explain it."""
        row = self.get_row(request, object_id)
        require(self.has_delete_permission(request, row))
        if why := self.explain_why_kept(row):
            messages.error(request, why)
            return go_to(self.model, "change", row.pk)
        return super().delete_view(request, object_id, extra_context)

    def delete_model(self, request: HttpRequest, obj: Row) -> None:
        delete_recorded(obj, obj.delete)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django sends whoever may view none of these rows to two pages: one for those that there are."""
        row = self.get_row(request, object_id)
        context = {"gone": list_of_deleted_accounts(row), **(extra_context or {})}
        return super().history_view(request, object_id, context)

    def get_row(self, request: HttpRequest, object_id: str) -> Row:
        """Raises `Http404` where there is none that the reader may know of."""
        return get_row(self.get_queryset(request), object_id)

    def page(self, route: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
        """A page of the model's beside Django's own: where it lies, and the last part of its URL's name."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
        return path(route, self.admin_site.admin_view(view), name=name)


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


class ListOnlyAdmin(ReadOnlyModelAdmin[Row]):
    """A row says all that there is in its list: Django's form of it would say it in a machine's words."""

    sortable_by = ()
    list_display_links = None

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        require(request.method in ("GET", "HEAD") and object_id is not None and self.has_view_permission(request))
        return go_to(self.model, "changelist")
