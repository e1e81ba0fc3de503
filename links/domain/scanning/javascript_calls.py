"""JavaScript and TypeScript, by pattern: a call that signs, and the number beside the name of its lifetime."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from math import prod

from links.domain.scanning.presign_calls import PresignCall

_CALL = re.compile(
    r"\b(?P<name>getSignedUrl(?:Promise)?|createPresignedPost|presignedGetObject|presignedPutObject|presignedUrl"
    r"|getPresignedUrl)\s{0,20}\("
)
_MAX_ARGUMENTS_LENGTH = 2_000
_NUMBER = r"\d[\d_]{0,15}"
_PRODUCT = rf"(?:{_NUMBER}|[A-Za-z_$][\w$]{{0,60}})(?:\s{{0,5}}\*\s{{0,5}}(?:{_NUMBER}|[A-Za-z_$][\w$]{{0,60}})){{0,8}}"
_NAMED = re.compile(
    rf"\b(?:expiresIn|Expires)\b[\"']?\s{{0,5}}:\s{{0,5}}\(?\s{{0,5}}(?P<product>{_PRODUCT})\)?\s{{0,5}}[,}}\r\n)]"
)
_LAST = re.compile(rf",\s{{0,40}}(?P<product>{_PRODUCT})\s{{0,40}}\)")
_CONSTANT = re.compile(
    rf"\b(?:const|let|var)\s{{1,5}}(?P<name>[A-Za-z_$][\w$]{{0,60}})(?:\s{{0,5}}:\s{{0,5}}number)?\s{{0,5}}=\s{{0,5}}"
    rf"\(?(?P<product>{_PRODUCT})\)?\s{{0,5}}[;\r\n]"
)
_POSITIONAL = ("presigned", "getPresignedUrl")  # the client of MinIO takes the lifetime last
_LARGEST = 10**15


def find_calls(source: str) -> list[PresignCall]:
    """In the order of lines."""
    return list(_find(source, _find_constants(source)))


def _find(source: str, constants: Mapping[str, int]) -> Iterator[PresignCall]:
    line, counted = 1, 0
    for call in _CALL.finditer(source):
        arguments = _cut_at_closing(source[call.end() : call.end() + _MAX_ARGUMENTS_LENGTH])
        found = _NAMED.search(arguments)
        if not found and call["name"].startswith(_POSITIONAL):
            found = _LAST.search(arguments)
        seconds = _multiply(found["product"], constants) if found else None
        line, counted = line + source.count("\n", counted, call.start()), call.start()
        if seconds is not None:
            yield PresignCall(line, call["name"], seconds)


def _cut_at_closing(text: str) -> str:
    """As far as the call's own bracket closes."""
    depth = 1
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return text[: at + 1]
    return text


def _find_constants(source: str) -> Mapping[str, int]:
    """Those that are given a value once in the whole file, each by what stands before it."""
    given = [(found["name"], found["product"]) for found in _CONSTANT.finditer(source)]
    counts, values = Counter(name for name, _ in given), dict[str, int]()
    for name, product in given:
        value = _multiply(product, values) if counts[name] == 1 else None
        if value is not None:
            values[name] = value
    return values


def _multiply(product: str, constants: Mapping[str, int]) -> int | None:
    names = [each.strip() for each in product.split("*")]
    factors = [int(name.replace("_", "")) if name[0].isdigit() else constants.get(name) for name in names]
    numbers = [factor for factor in factors if factor is not None]
    total = prod(numbers)
    return total if len(numbers) == len(names) and total < _LARGEST else None
