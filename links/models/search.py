"""Texts in which a part is looked for."""

from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar

from django.db import connections, models
from django.db.models import BooleanField, ExpressionWrapper, F, Func, Q, QuerySet, Subquery, TextField, Value
from django.db.models.expressions import CombinedExpression

Row = TypeVar("Row", bound=models.Model)
SearchedRow = TypeVar("SearchedRow", bound="SearchedModel")

NEWEST = 2_000
COMMON = NEWEST // 20


class SearchedModel(models.Model):
    """`searched` are the fields of whose texts PostgreSQL has an index (migration 0002)."""

    searched: ClassVar[tuple[str, ...]]

    class Meta:
        abstract = True


def hold(model: type[SearchedModel], text: str) -> Q:
    """The rows of the model that hold this text in what is searched of them, in capitals or not."""
    held = compare(model.searched, text)
    return among(find(model, text)) if is_rare(QuerySet(model), text, held) else held


def compare(names: Iterable[str], text: str) -> Q:
    """The rows that hold this text in one of these fields, told row by row."""
    held = Q()
    for name in names:
        held |= Q(**{f"{name}__icontains": text})
    return held


def is_rare(rows: QuerySet[Row], text: str, held: Q) -> bool:
    """Whether an index should be asked for this text. Not if many of the newest rows hold it: whoever reads row by
    row has a page of them before the index would have named them all."""
    if not text or connections[rows.db].vendor != "postgresql":
        return False
    newest = rows.order_by("-pk").values_list(ExpressionWrapper(held, BooleanField()), flat=True)
    return list(newest[:NEWEST]).count(True) <= COMMON


def find(model: type[SearchedRow], text: str) -> QuerySet[SearchedRow]:
    """What `hold` holds, by PostgreSQL's index."""
    sought = _Sought(Value(text))
    indexed = CombinedExpression(_Grams(*map(F, model.searched)), "@@", sought, output_field=BooleanField())
    return QuerySet(model).filter(indexed, compare(model.searched, text))


def among(rows: QuerySet[Any, Any], key: str = "pk") -> Q:
    """That this key is one of those of these rows, all of which are found first. Of `IN` the planner may think that
    it can walk what is asked for in its order, and look each up among the rows."""
    return Q(_Among(F(key), Subquery(rows.order_by().values("pk"))))


class _Grams(Func):
    """Every three characters in a row, as the index has them."""

    template = "links_grams(UPPER(%(expressions)s))"
    arg_joiner = " || E'\\n' || "
    output_field = TextField()


class _Sought(Func):
    """Those that a text must have which holds this one. One or two characters, as in many Japanese words, are the
    beginning of three."""

    template = "links_sought(UPPER(%(expressions)s))"
    output_field = TextField()


class _Among(Func):
    template = "%(expressions)s)"
    arg_joiner = " = ANY(ARRAY"
    output_field = BooleanField()
