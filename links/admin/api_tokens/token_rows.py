"""How a list of API tokens reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from links.models import ApiToken
from links.texts.pages.rights import api_scopes

FOLDER = "api_tokens"
"""Of the templates, below `admin/links/`."""


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token, what it may be used for, and whether it still opens anything."""

    token: ApiToken
    scopes: Sequence[str]
    is_live: bool


def read_rows(tokens: Iterable[ApiToken], now: datetime) -> list[TokenRow]:
    return [
        TokenRow(token, [api_scopes.in_full(scope) for scope in token.scopes], token.is_live(now)) for token in tokens
    ]
