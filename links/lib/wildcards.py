"""Patterns with `*` and `?`, as policies have them.

All the ways to spread the stars over a text are followed at once, one step for each letter: a regular expression tries
them one after the other, and a policy of a few dozen stars would keep it busy for ever.
"""

import re

MAX_TEXT_LENGTH = 2_048  # that of an ARN; a key has half of it at most
_STARS = re.compile(r"\*+")


def covers(pattern: str, text: str, *, fold: bool = False, before_query: bool = False) -> bool:
    """Whether a pattern covers all of a text; with `fold` whatever the case of its letters. With `before_query`, what
    stands before any `?` of the pattern may do it too, for whoever means the mark itself by it.

    A text of more than `MAX_TEXT_LENGTH` characters names nothing that a policy is about: only stars cover it.
    """
    if fold:
        pattern, text = pattern.casefold(), text.casefold()
    pattern = _STARS.sub("*", pattern)
    letters = pattern.replace("*", "")
    if not letters or ("?" not in letters and letters == pattern):
        return pattern == text or (not letters and bool(pattern))
    ends = {len(letters)} | ({at for at, letter in enumerate(letters) if letter == "?"} if before_query else set())
    if len(text) > MAX_TEXT_LENGTH or (len(letters) > len(text) and not before_query):
        return False
    reached = _follow(pattern, letters[: len(text)], text)
    return any(reached >> end & 1 for end in ends)


def _follow(pattern: str, letters: str, text: str) -> int:
    """How many letters of a pattern, without its stars, may cover a text: a bit for each number of them."""
    before_stars, passed = 0, 0
    for letter in pattern:
        before_stars |= (letter == "*") << passed
        passed += letter != "*"
        if passed > len(letters):
            break
    takes: dict[str, int] = {}
    for at, letter in enumerate(letters):
        takes[letter] = takes.get(letter, 0) | 2 << at
    anything = takes.get("?", 0)
    reached = 1
    for letter in text:
        reached = (reached << 1 & (takes.get(letter, 0) | anything)) | (reached & before_stars)
        if not reached:
            break
    return reached
