"""Lists whose address asks for no more than the page itself offers.

Django admits every column of a model's own as a filter, with any lookup: `?password__startswith=` reads a hash letter
by letter, and `?note__regex=` runs whatever somebody writes. Here a filter is what `list_filter` names, and what
cannot be read is refused (400) instead of being left out, which would show everything as if it had been looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeVar

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import get_fields_from_path, unquote
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR, SEARCH_VAR, ChangeList, ChangeListSearchForm
from django.core.exceptions import BadRequest
from django.core.paginator import EmptyPage, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property

from links.domain.row_numbers import read_number

MAX_COUNTED = 10_000
MAX_SEARCH_LENGTH = 2_000  # characters; an object's address has 1,100 at most
_ORDER = re.compile(r"-?[0-9]{1,3}(\.-?[0-9]{1,3}){0,9}")

Row = TypeVar("Row", bound=Model)


def count_capped(rows: QuerySet[Any], at_most: int = MAX_COUNTED) -> int:
    """How many rows there are; `at_most` + 1 for "more": counting a million takes the database its time."""
    return rows.order_by()[: at_most + 1].count()


class AllowedFilter(admin.SimpleListFilter):
    """Refuses a value that it does not offer."""

    def __init__(
        self, request: HttpRequest, params: dict[str, list[str]], model: type[Model], model_admin: admin.ModelAdmin[Any]
    ) -> None:
        super().__init__(request, params, model, model_admin)
        if self.value() and self.value() not in {str(value) for value, _name in self.lookup_choices}:
            raise IncorrectLookupParameters


class NumberFilter(AllowedFilter):
    """The rows that belong to one row of another kind; reached from that row's page."""

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        chosen = request.GET.get(str(self.parameter_name), "")
        return [] if read_number(chosen) is None else [(chosen, f"#{chosen}")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = read_number(self.value() or "")
        return queryset if chosen is None else self.narrow(queryset, chosen)

    def narrow(self, queryset: QuerySet[Any], number: int) -> QuerySet[Any]:
        raise NotImplementedError


class _SearchForm(ChangeListSearchForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {SEARCH_VAR: forms.CharField(required=False, strip=False, max_length=MAX_SEARCH_LENGTH)}


class _AllowedChangeList(ChangeList):
    search_form_class = _SearchForm

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        asked = request.GET
        if not _SearchForm(asked).is_valid():
            raise BadRequest("This text cannot be searched for.")
        if read_number(asked.get(PAGE_VAR, "1")) is None:
            raise BadRequest("This is no page's number.")
        if asked.get(ORDER_VAR) and not _ORDER.fullmatch(asked[ORDER_VAR]):
            raise BadRequest("These are no columns to sort by.")
        try:
            super().__init__(request, *args, **kwargs)
        except IncorrectLookupParameters as error:
            raise BadRequest("A filter has no such value.") from error

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """Only by columns that the page lets people sort by: any other may hold what is not shown to them."""
        asked, self.params = self.params, self._keep_sortable(request)
        try:
            return super().get_ordering(request, queryset)
        finally:
            self.params = asked

    def _keep_sortable(self, request: HttpRequest) -> dict[str, Any]:
        sortable = self.model_admin.get_sortable_by(request)
        columns = {number for number, name in enumerate(self.list_display) if name in sortable}
        asked = dict.fromkeys(self.params.get(ORDER_VAR, "").split("."))
        kept = [column for column in asked if column and int(column.removeprefix("-")) in columns]
        return {**self.params, ORDER_VAR: ".".join(kept)}


class CappedPaginator(Paginator[Row]):
    """Counts no further than `MAX_COUNTED` rows; who looks further searches or filters. Rows go, and pages with them: a
    page that is not there any more is the last."""

    @cached_property
    def count(self) -> int:
        return min(self._counted, MAX_COUNTED)

    @cached_property
    def has_more(self) -> bool:
        return self._counted > MAX_COUNTED

    @cached_property
    def _counted(self) -> int:
        return count_capped(self.object_list)  # type: ignore[arg-type]

    def validate_number(self, number: Any) -> int:  # noqa: ANN401  as Django's
        try:
            return super().validate_number(number)
        except EmptyPage:
            return self.num_pages


class AllowedFiltersMixin(admin.ModelAdmin[Row]):
    """For every model's pages, our own and Django's."""

    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """What `list_filter` names, exactly. A relation's value is a row's number, which a column can hold."""
        offered = _name_parameters(self.model, self.get_list_filter(request) if request else self.list_filter)
        if offered.get(lookup) and read_number(value) is None:
            raise BadRequest("A filter has no such value.")
        return lookup in offered

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        """Rows are named by their numbers alone; asked for the name of a relation, Django itself would fail."""
        return to_field == self.opts.pk.name

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Row | None:
        """Django hands the address's text to `int`, which reads full-width digits too."""
        number = read_number(unquote(object_id))
        return None if number is None else super().get_object(request, str(number), from_field)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return _AllowedChangeList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if any(read_number(chosen) is None for chosen in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest("These are no rows' numbers.")
        return super().changelist_view(request, extra_context)


def _name_parameters(model: type[Model], list_filter: Iterable[Any]) -> dict[str, bool]:
    """The parameters by which a list may be narrowed, and whether the value of each is a row's number. A filter on a
    column has two: what it is, and whether it is empty."""
    named: dict[str, bool] = {}
    for item in list_filter:
        if isinstance(item, type) and issubclass(item, admin.SimpleListFilter):
            named[str(item.parameter_name)] = False
            continue
        path = item if isinstance(item, str) else item[0]
        field: Any = get_fields_from_path(model, path)[-1]
        target = f"__{field.target_field.name}" if field.is_relation else ""
        named |= {f"{path}{target}__exact": field.is_relation, f"{path}__isnull": False}
    return named
