"""A URL among words: where it begins, which lines belong to it, and where it ends."""

import re
from bisect import bisect_left
from collections.abc import Sequence

from links.domain.signed_urls.url_parts import MAX_URL_LENGTH

STARTS = re.compile(r"https?(?::|%(?:25)*3A)(?:/|%(?:25)*2F){2}", re.IGNORECASE)

_CLOSING = {"<": ">", '"': '"', "「": "」", "“": "”", "(": ")", "[": "]", "'": "'"}
_LINE = re.compile(r"[^\r\n]+")
_BREAK = re.compile(r"(?:(?<![ \t])[ \t]+)?[\r\n][ \t>|\r\n]*")
_NEVER_RAW = re.compile(r"[<>\"「」“”\r\n]|&(?:lt|gt|quot|apos|nbsp|#39|#34|#60|#62);", re.IGNORECASE)
_OF_A_URL = re.compile(r"[\w.~:/?#\[\]@!$&'()*+,;=%-]+", re.ASCII)
_SIGNED = re.compile(r"x-amz-|x-goog-|signature=|sig=|expires=", re.IGNORECASE)
_NOT_IN_A_PATH = re.compile(r"https?://|[\r\n]", re.IGNORECASE)
_WORD, _BLANK = re.compile(r"\S*"), re.compile(r"\s+")
_LINE_BREAK = re.compile(r"[\r\n]")
_PARAMETER = re.compile(r"[?&](?:(?:amp;)*(?P<name>[\w-]+)=)?")
_AT_ITS_END = ".,;:!?'*…。、，；：！？』）】"
_LAST = re.compile(r"[?&](?:amp;)*(?P<name>[\w-]+)=(?P<value>[^?&]*)")
_MAX_LAST_LENGTH = 1_200  # characters that are looked back for it: the longest signature has 1,024
# What a parameter looks like when all of it is there; whatever is glued on is no part of it.
_SHAPES = {
    "x-amz-signature": re.compile(r"[0-9a-f]{64}(?![\w%])", re.ASCII),
    "x-goog-signature": re.compile(r"(?:[0-9a-f]{512}|[0-9a-f]{1024})(?![\w%])", re.ASCII),
    "x-id": re.compile(r"GetObject(?![\w%])", re.ASCII),
    "signature": re.compile(r"(?:[A-Za-z0-9+/]|%2[BF]){27}(?:=|%3D)(?![\w%])", re.IGNORECASE | re.ASCII),
    "key-pair-id": re.compile(r"(?:K[A-Z0-9]{12,13}|APKA[A-Z0-9]{16})(?![\w%])", re.ASCII),
}
_HEXADECIMAL = ("x-amz-signature", "x-goog-signature")
_MIN_WRAPPED_LENGTH, _MAX_WRAPPED_LENGTH = 60, 100  # columns at which mail programs break lines
_NO_WORD = 20  # letters in one piece that nobody writes in prose


def join_lines(text: str) -> str:
    """Undo the breaks inside the URL. Lines before and after it stay lines."""
    begin = STARTS.search(text)
    if begin is None:
        return _BREAK.sub("", text)
    before, rest = text[: begin.start()], text[begin.start() :]
    if before.rstrip().endswith("<") and ">" in _first_lines(rest):
        inside, bracket, after = rest.partition(">")
        return before + _BREAK.sub("", inside) + bracket + after
    url, column, end, joined = "", len(before.rpartition("\n")[2]), 0, 0
    for line in _LINE.finditer(rest):
        words = line[0].lstrip(" \t>|").rstrip() or line[0].strip()[-1:]
        if not words:
            continue
        if url and not _continues(url, words, column, joined):
            break
        column = len(words) + (0 if url else column)
        joined, end = len(url), line.start() + len(line[0].rstrip())
        url += words
        if len(url) > MAX_URL_LENGTH:  # which is none, whatever follows
            break
    return before + url + rest[end:]


def _first_lines(text: str) -> str:
    """As far as a bracket may close: a line with words is beyond it."""
    for line in text.split("\n")[1:]:
        words, bracket, _ = line.partition(">")
        if bracket and words.count(" ") + words.count("\t") > 1:
            return ""
    return text


def _continues(url: str, line: str, column: int, joined: int) -> bool:
    """Whether `line` goes on with the URL whose last line ended at `column`, and was joined to it at `joined`: of the
    blanks before that it is known that they belong to it."""
    word, *more = line.split() or [""]
    if _end_of_blank(url, joined) is not None or STARTS.match(word) or not _OF_A_URL.match(word):
        return False
    last = _find_last(url)
    if _is_whole(last):
        return re.match(r"&(?:amp;)*[\w-]+=", word) is not None
    is_full_line = _MIN_WRAPPED_LENGTH <= column <= _MAX_WRAPPED_LENGTH
    if last and (shape := _SHAPES.get(last["name"].lower())) and shape.match(last["value"] + word):
        return True
    if last and last["name"].lower() in _HEXADECIMAL:
        return is_full_line and re.fullmatch(r"[0-9a-f]+", last["value"] + word) is not None
    return bool(re.search(r"[&=%]", word)) or len(word) >= _NO_WORD or (is_full_line and not more)


def _find_last(url: str) -> re.Match[str] | None:
    """The parameter in which a URL ends."""
    begin = max(url.rfind("?"), url.rfind("&"))
    return _LAST.match(url, begin) if begin >= max(len(url) - _MAX_LAST_LENGTH, 0) else None


def _is_whole(last: re.Match[str] | None) -> bool:
    """Whether nothing is missing at the end: it ends in a parameter that is seen to be all there."""
    if last is None or not (shape := _SHAPES.get(last["name"].lower())):
        return False
    return shape.match(last["value"]) is not None


def cut(text: str) -> str:
    """The URL alone, without what stands before and after it."""
    begin = STARTS.search(text)
    if begin is None:
        return text
    before, url = text[: begin.start()].rstrip(), text[begin.start() :]
    url = _cut_at_closing(url, before[-1:])
    if before.endswith("<"):
        url = url.partition("|")[0]
    if raw := _NEVER_RAW.search(url):
        url = url[: raw.start()]
    if (end := _end_of_blank(url)) is not None:
        url = url[:end]
    return _trim(url)


def _cut_at_closing(url: str, opening: str) -> str:
    closing = _CLOSING.get(opening, "")
    if not closing or closing not in url:
        return url
    if opening not in "([":
        return url[: url.index(closing)] if opening != "'" else url[: url.rindex(closing)]
    depth = 1
    for at, letter in enumerate(url):
        depth += (letter == opening) - (letter == closing)
        if depth == 0:
            return url[:at]
    return url


def _end_of_blank(url: str, start: int = 0) -> int | None:
    """Where the first blank from `start` on stands that is no part of the URL. An object's name may have blanks, and
    so may a parameter before others."""
    blanks = list(_BLANK.finditer(url, start))
    if not blanks:
        return None
    query, parameters = url.find("?"), list(_PARAMETER.finditer(url, max(start - _MAX_LAST_LENGTH, 0)))
    in_path_from, more_until = _find_path_of_signed(url, query), _list_lines_with_more(url, start, parameters)
    for blank in blanks:
        if query < 0 or blank.start() < query:
            belongs = in_path_from is not None and blank.end() > in_path_from and "\n" not in blank[0]
        else:
            at = bisect_left(more_until, (blank.end(), 0))
            belongs = at < len(more_until) and blank.end() >= more_until[at][1]
            belongs = belongs and not _is_whole_at(blank.start(), url, parameters)
        if not belongs:
            return blank.start()
    return None


def _find_path_of_signed(url: str, query: int) -> int | None:
    """From where on nothing but a path stands before a query in which a signer wrote; None where there is none."""
    if query < 0 or not _SIGNED.search(_WORD.match(url, query + 1)[0]):  # type: ignore[index]  # it may be empty
        return None
    return max((found.start() for found in _NOT_IN_A_PATH.finditer(url, 0, query)), default=-1)


def _list_lines_with_more(url: str, start: int, parameters: Sequence[re.Match[str]]) -> list[tuple[int, int]]:
    """Where parameters begin, each with the beginning of its line."""
    lines = [0, *(found.end() for found in _LINE_BREAK.finditer(url, start))]
    begins = [found.start() for found in parameters if found["name"] and found[0][0] == "&"]
    return [(begin, lines[bisect_left(lines, begin) - 1]) for begin in begins]


def _is_whole_at(end: int, url: str, parameters: Sequence[re.Match[str]]) -> bool:
    """Whether the last parameter before `end` is seen to be all there."""
    while url[end - 1] in _AT_ITS_END:
        end -= 1
    at = bisect_left(parameters, end, key=lambda found: found.start())
    last = parameters[at - 1] if at else None
    shape = _SHAPES.get((last["name"] or "").lower()) if last else None
    return bool(last and shape and shape.match(url, last.end(), end))


def _trim(url: str) -> str:
    """Drop the full stop of the sentence, and brackets that were opened before the URL."""
    last = _find_last(url)
    shape = _SHAPES.get(last["name"].lower()) if last else None
    if last and shape and (whole := shape.match(last["value"])):
        return url[: last.start("value") + whole.end()]
    surplus = {closing: url.count(closing) - url.count(opening) for opening, closing in ("()", "[]", "{}")}
    end = len(url)
    while end and (url[end - 1] in _AT_ITS_END or surplus.get(url[end - 1], 0) > 0):
        end -= 1
        if url[end] in surplus:
            surplus[url[end]] -= 1
    return url[:end]
