"""No text that a stranger writes holds up a reader of the rules, or of what they stand on."""

import importlib
import inspect
import pkgutil
import typing
from collections.abc import Iterator
from itertools import chain

import pytest

import links.domain
import links.lib
from links.domain.policies.statements import Statement
from links.domain.signed_urls.reading import SignedUrl
from links.domain.signed_urls.url_parts import Query
from links.domain.stores.answers import Answer
from tests.growth.domain_readers import READERS
from tests.growth.exempt_readers import EXEMPT
from tests.growth.measure import WHAT_TO_DO, find_growth

# What holds text as it came from outside; whoever takes one of these takes text.
_TEXTS = (str, bytes, object, SignedUrl, Query, Answer, Statement)


@pytest.mark.parametrize("name", sorted(READERS))
def test_reading_takes_no_longer_than_the_text_is_long(name: str) -> None:
    slow = find_growth(READERS[name])
    assert not slow, "\n".join([f"links.{name} is slow on", *slow, WHAT_TO_DO])


def test_every_function_that_takes_text_is_measured_or_exempt_by_name() -> None:
    found, listed = set(_list_functions_of_text()), READERS.keys() | EXEMPT.keys()
    assert not found - listed, (
        f"New in links.domain or links.lib, and taking text: {sorted(found - listed)}. Add each to READERS in "
        "tests/growth/domain_readers.py, with a lambda that feeds the text to every one of its texts; or, where no "
        "text from outside ever comes to it, to EXEMPT in tests/growth/exempt_readers.py with the reason."
    )
    assert not listed - found, (
        f"Gone from links.domain and links.lib, or renamed: {sorted(listed - found)}. Drop or rename them."
    )
    assert not READERS.keys() & EXEMPT.keys()


def _list_functions_of_text() -> Iterator[str]:
    floors = (pkgutil.walk_packages(floor.__path__, f"{floor.__name__}.") for floor in (links.domain, links.lib))
    for module in chain(*floors):
        held = importlib.import_module(module.name)
        short = module.name.removeprefix("links.")
        for name, member in vars(held).items():
            if name.startswith("_") or getattr(member, "__module__", "") != module.name:
                continue
            if inspect.isfunction(member) and _takes_text(member):
                yield f"{short}.{name}"
            if inspect.isclass(member):
                yield from (f"{short}.{name}.{method}" for method in _list_methods_of_text(member))


def _list_methods_of_text(owner: type) -> Iterator[str]:
    for name, member in vars(owner).items():
        method = member.__func__ if isinstance(member, classmethod | staticmethod) else member
        if not name.startswith("_") and inspect.isfunction(method) and _takes_text(method):
            yield name


def _takes_text(function: object) -> bool:
    hints = typing.get_type_hints(function)
    hints.pop("return", None)
    return any(map(_holds_text, hints.values()))


def _holds_text(hint: object) -> bool:
    return hint in _TEXTS or any(map(_holds_text, typing.get_args(hint)))
