"""What staff look for daily, one press away: named combinations of the list's filters."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext

from links.queries.link_state import LinkState

_PAGING = frozenset({"p", "o"})  # pages and sorting show the same links


@dataclass(frozen=True, slots=True)
class QuickView:
    word: str
    query: Mapping[str, str]
    is_current: bool

    @property
    def address(self) -> str:
        return f"?{urlencode(self.query)}"


def list_quick_views(shown: QueryDict, *, sees_everyone: bool) -> list[QuickView]:
    """`sees_everyone`: who sees their own links only needs no view of them."""
    now = {name: value for name, value in shown.items() if name not in _PAGING}
    views = {gettext("All"): {}, **({gettext("My links"): {"owner": "me"}} if sees_everyone else {}), **_by_state()}
    return [QuickView(word, query, query == now) for word, query in views.items()]


def _by_state() -> dict[str, dict[str, str]]:
    return {
        gettext("Expiring this week"): {"ends": "7"},
        gettext("At risk"): {"state": LinkState.AT_RISK.value},
        gettext("Broken"): {"state": LinkState.BROKEN.value},
        gettext("Never opened"): {"opened": "never"},
        gettext("No downloads left"): {"state": LinkState.USED_UP.value},
    }
