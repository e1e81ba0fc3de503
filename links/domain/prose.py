"""A URL among words: where it begins, which lines belong to it, and where it ends."""

import re

STARTS = re.compile(r"https?(?::|%(?:25)*3A)(?:/|%(?:25)*2F){2}", re.IGNORECASE)

_CLOSING = {"<": ">", '"': '"', "「": "」", "“": "”", "(": ")", "[": "]", "'": "'"}
_LINE = re.compile(r"[ \t>|]*(?P<words>[^\r\n]*[^\s])[ \t]*[\r\n]*")
_BREAK = re.compile(r"[ \t]*[\r\n]+[ \t>|]*")
_NEVER_RAW = re.compile(r"[<>\"「」“”\r\n]|&(?:lt|gt|quot|apos|nbsp|#39|#34|#60|#62);", re.IGNORECASE)
_OF_A_URL = re.compile(r"[\w.~:/?#\[\]@!$&'()*+,;=%-]+", re.ASCII)
_BLANK_IN_PATH = re.compile(
    r"(?:(?!https?://)[^?\r\n])*\?\S*(?:x-amz-|x-goog-|signature=|sig=|expires=)", re.IGNORECASE
)
_MORE_PARAMETERS = re.compile(r"[^\r\n]*&(?:amp;)*[\w-]+=")
_AT_ITS_END = ".,;:!?'*…。、，；：！？』）】"
_LAST = re.compile(r"[?&](?:amp;)*(?P<name>[\w-]+)=(?P<value>[^?&]*)\Z")
# What a parameter looks like when all of it is there; whatever is glued on is no part of it.
_SHAPES = {
    "x-amz-signature": re.compile(r"[0-9a-f]{64}(?![\w%])", re.ASCII),
    "x-goog-signature": re.compile(r"(?:[0-9a-f]{512}|[0-9a-f]{1024})(?![\w%])", re.ASCII),
    "x-id": re.compile(r"GetObject(?![\w%])", re.ASCII),
    "signature": re.compile(r"(?:[A-Za-z0-9+/]|%2[BF]){27}(?:=|%3D)(?![\w%])", re.IGNORECASE | re.ASCII),
    "key-pair-id": re.compile(r"(?:K[A-Z0-9]{12,13}|APKA[A-Z0-9]{16})(?![\w%])", re.ASCII),
}
_HEXADECIMAL = ("x-amz-signature", "x-goog-signature")
_SHORTEST_WRAPPED, _LONGEST_WRAPPED = 60, 100  # columns at which mail programs break lines
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
    url, column, end = "", len(before.rpartition("\n")[2]), 0
    for line in _LINE.finditer(rest):
        if url and not _continues(url, line["words"], column):
            break
        column = len(line["words"]) + (0 if url else column)
        url, end = url + line["words"], line.end("words")
    return before + url + rest[end:]


def _first_lines(text: str) -> str:
    """As far as a bracket may close: a line with words is beyond it."""
    return "" if re.search(r"\n[^\n>]*[ \t][^\n>]*[ \t][^\n>]*>", text) else text


def _continues(url: str, line: str, column: int) -> bool:
    """Whether `line` goes on with the URL whose last line ended at `column`."""
    word, *more = line.split() or [""]
    if _end_of_blank(url) is not None or STARTS.match(word) or not _OF_A_URL.match(word):
        return False
    if _is_whole(url):
        return re.match(r"&(?:amp;)*[\w-]+=", word) is not None
    is_full_line = _SHORTEST_WRAPPED <= column <= _LONGEST_WRAPPED
    last = _LAST.search(url)
    if last and (shape := _SHAPES.get(last["name"].lower())) and shape.match(last["value"] + word):
        return True
    if last and last["name"].lower() in _HEXADECIMAL:
        return is_full_line and re.fullmatch(r"[0-9a-f]+", last["value"] + word) is not None
    return bool(re.search(r"[&=%]", word)) or len(word) >= _NO_WORD or (is_full_line and not more)


def _is_whole(url: str) -> bool:
    """Whether nothing is missing at the end: it ends in a parameter that is seen to be all there."""
    last = _LAST.search(url)
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


def _end_of_blank(url: str) -> int | None:
    """Where the first blank stands that is no part of the URL. An object's name may have blanks, and so may a
    parameter before others."""
    for blank in re.finditer(r"\s+", url):
        before, after = url[: blank.start()], url[blank.end() :]
        if "?" not in before and "\n" not in blank[0] and _BLANK_IN_PATH.match(after):
            continue
        if "?" in before and not _is_whole(before.rstrip(_AT_ITS_END)) and _MORE_PARAMETERS.match(after):
            continue
        return blank.start()
    return None


def _trim(url: str) -> str:
    """Drop the full stop of the sentence, and brackets that were opened before the URL."""
    last = _LAST.search(url)
    shape = _SHAPES.get(last["name"].lower()) if last else None
    if last and shape and (whole := shape.match(last["value"])):
        return url[: last.start("value") + whole.end()]
    while (trimmed := _trim_once(url)) != url:
        url = trimmed
    return url


def _trim_once(url: str) -> str:
    url = url.rstrip(_AT_ITS_END)
    for opening, closing in ("()", "[]", "{}"):
        if url.endswith(closing) and url.count(closing) > url.count(opening):
            url = url[:-1]
    return url
