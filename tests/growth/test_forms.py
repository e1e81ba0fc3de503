"""No text that somebody enters holds up a field of a form."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping

import pytest
from django import forms
from django.core.exceptions import ValidationError

import links
from tests.growth.measure import WHAT_TO_DO, find_growth

# Fields of text without `max_length`, each with the reason.
UNLIMITED: Mapping[str, str] = {}


def _list_forms() -> Iterator[type[forms.BaseForm]]:
    """Every form that is written below `links`, wherever it stands."""
    for module in pkgutil.walk_packages(links.__path__, "links."):
        if ".migrations." not in module.name:
            importlib.import_module(module.name)
    found, seen = [forms.BaseForm], set()
    while found:
        form = found.pop()
        found += [below for below in form.__subclasses__() if below not in seen]
        seen.add(form)
    return (form for form in seen if form.__module__.startswith("links."))


def _list_fields() -> dict[str, forms.Field]:
    return {
        f"{form.__module__}.{form.__qualname__}.{name}": field
        for form in _list_forms()
        for name, field in getattr(form, "base_fields", {}).items()
    }


def test_every_field_of_text_has_a_limit_or_is_exempt_by_name() -> None:
    fields = _list_fields()
    assert "links.forms.doctor.DoctorForm.url" in fields
    texts = {name for name, field in fields.items() if isinstance(field, forms.CharField) and field.max_length is None}
    assert not texts - UNLIMITED.keys(), (
        f"Without max_length: {sorted(texts - UNLIMITED.keys())}. Give each the longest that can be meant (see the "
        "limits in links/forms/base.py); or name it in UNLIMITED in tests/growth/test_forms.py, with the reason."
    )
    assert not UNLIMITED.keys() - texts, "Limited now, or gone: drop them from UNLIMITED."


@pytest.mark.django_db
def test_no_field_takes_longer_than_its_text_is_long() -> None:
    """Alike fields are measured once: what a field does hangs on its class and its limit."""
    alike = {(type(field), getattr(field, "max_length", None)): name for name, field in _list_fields().items()}
    fields = _list_fields()
    slow = {name: found for name in alike.values() if (found := find_growth(_clean(fields[name])))}
    assert not slow, f"{slow}\n{WHAT_TO_DO}"


class _Clean:
    def __init__(self, field: forms.Field) -> None:
        self._field = field

    def __call__(self, text: str) -> object:
        try:
            return self._field.clean(text)
        except ValidationError:
            return None


_clean = _Clean
