"""Names of people in the order of the language that they are written in."""

import re

# Scripts in which the family's name comes first: Han, kana, Hangul.
_FAMILY_FIRST = re.compile(
    "[\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f]"
)


def write_full_name(given: str, family: str) -> str:
    """佐藤 健, but Ken Sato, whoever reads it; "" where there is no name."""
    ordered = (family, given) if _FAMILY_FIRST.search(given + family) else (given, family)
    return " ".join(part.strip() for part in ordered if part.strip())
