"""Errors of the API: the title of each status, and what is wrong with one field of a request, in words."""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

_TITLES = {
    400: _("The request could not be read"),
    401: _("A valid API token is needed"),
    403: _("Not permitted"),
    404: _("Not found"),
    405: _("Method not allowed"),
    409: _("This conflicts with what there is"),
    412: _("It was changed meanwhile"),
    413: _("The request is too large"),
    415: _("Only JSON is read"),
    422: _("The request was refused"),
    428: _("If-Match is needed"),
    429: _("Too many requests"),
    500: _("An error of ours"),
    503: _("Not available at the moment"),
}


def title(status: int) -> str:
    """What an answer of this status means, whatever the cause."""
    return gettext(_TITLES.get(status, _TITLES[500 if status >= 500 else 400]))


_WRONG = {
    "missing": _("This is required."),
    "extra_forbidden": _("There is no such field. Leave it out, or see the reference for the right name."),
    "greater_than_equal": _("The smallest value is %(ge)s."),
    "less_than_equal": _("The largest value is %(le)s."),
    "string_too_long": _("At most %(max_length)s characters are allowed."),
    "string_too_short": _("At least %(min_length)s characters are needed."),
    "too_long": _("At most %(max_length)s entries are allowed."),
    "too_short": _("At least %(min_length)s entries are needed."),
    "literal_error": _("Use one of these: %(expected)s."),
    "enum": _("Use one of these: %(expected)s."),
    "string_pattern_mismatch": _("This contains a character that is not allowed."),
    "string_unicode": _("This contains a character that is not allowed."),
}
# By how a kind begins: `datetime_from_date_parsing`, `int_type` and their like.
_WRONG_BY_BEGINNING = {
    "datetime": _("Use a date and time with its zone, for example 2030-12-24T18:00:00Z."),
    "timezone": _("Use a date and time with its zone, for example 2030-12-24T18:00:00Z."),
    "date": _("Use a date, for example 2030-12-24."),
    "int": _("Use a whole number."),
    "bool": _("Use true or false."),
    "string": _("Use text."),
    "list": _("Use a list."),
    "model": _("Use an object with fields."),
    "dict": _("Use an object with fields."),
    "uuid": _("Use a UUID."),
}
_CANNOT_BE_USED = _("This value cannot be used. See the reference for what is allowed.")


def explain_field(kind: str, limits: Mapping[str, object]) -> str:
    """What is wrong with one field: `kind` is pydantic's name of the error, `limits` what it says beside it."""
    sentence = _WRONG.get(kind) or next(
        (words for beginning, words in _WRONG_BY_BEGINNING.items() if kind.startswith(beginning)), _CANNOT_BE_USED
    )
    return gettext(sentence) % limits
