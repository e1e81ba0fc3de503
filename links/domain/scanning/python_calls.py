"""Python source, by its syntax. Nothing of it is run."""

import ast
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping

from links.domain.scanning.presign_calls import PresignCall

_STORAGES_URL = "url"  # django-storages; a name so common that its keyword has to be there as well
# The function that signs, the keyword of its lifetime, and where it stands without one (0 is the first argument).
_FUNCTIONS: Mapping[str, tuple[str, int | None]] = {
    "generate_presigned_url": ("ExpiresIn", 2),  # boto3
    "generate_presigned_post": ("ExpiresIn", 4),
    "generate_url": ("expires_in", 0),  # boto
    "presigned_get_object": ("expires", 2),  # minio
    "presigned_put_object": ("expires", 2),
    "get_presigned_url": ("expires", 3),
    _STORAGES_URL: ("expire", None),
}
_SETTINGS = frozenset({"AWS_QUERYSTRING_EXPIRE", "querystring_expire", "GS_EXPIRATION"})
_NAMES = re.compile("|".join((*(set(_FUNCTIONS) - {_STORAGES_URL}), *_SETTINGS, r"\bexpire\s*=")))
_UNITS = {"days": 86_400, "seconds": 1, "minutes": 60, "hours": 3_600, "weeks": 604_800}
_ORDER = ("days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks")
_LARGEST = 10**15
_MAX_DEPTH = 40


def find_calls(source: str) -> list[PresignCall]:
    """In the order of lines; none in what is no Python."""
    if not _NAMES.search(source):  # most files have none, and are not worth a syntax tree
        return []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    nodes = sorted(ast.walk(tree), key=lambda node: getattr(node, "lineno", 0))
    values = _find_values(nodes)
    return [call for node in nodes for call in _read_node(node, values)]


def _find_values(nodes: list[ast.AST]) -> Mapping[str, float]:
    """Names that are given a value once in the whole file, each by what stands before it."""
    given = [
        (target.id, node.value)
        for node in nodes
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    ]
    counts, values = Counter(name for name, _ in given), dict[str, float]()
    for name, written in given:
        value = _evaluate(written, values) if counts[name] == 1 else None
        if value is not None:
            values[name] = value
    return values


def _read_node(node: ast.AST, values: Mapping[str, float]) -> Iterator[PresignCall]:
    if isinstance(node, ast.Call):
        yield from _read_call(node, values)
    elif isinstance(node, ast.Assign):
        names = [target.id for target in node.targets if isinstance(target, ast.Name) and target.id in _SETTINGS]
        yield from _count(node, names, node.value, values)
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            names = [key.value] if isinstance(key, ast.Constant) and key.value in _SETTINGS else []
            yield from _count(value, names, value, values)


def _read_call(node: ast.Call, values: Mapping[str, float]) -> Iterator[PresignCall]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name not in _FUNCTIONS:
        return
    keyword, place = _FUNCTIONS[name]
    given = next((each.value for each in node.keywords if each.arg == keyword), None)
    if given is None and place is not None and place < len(node.args):
        given = node.args[place]
    if given is not None:
        yield from _count(node, [name], given, values)


def _count(
    node: ast.expr | ast.stmt, names: list[str], value: ast.expr, values: Mapping[str, float]
) -> Iterator[PresignCall]:
    seconds = _evaluate(value, values) if names else None
    if seconds is not None:
        yield from (PresignCall(node.lineno, name, int(seconds)) for name in names)


def _evaluate(  # noqa: PLR0911  one for each kind of expression
    node: ast.expr, values: Mapping[str, float], depth: int = _MAX_DEPTH
) -> float | None:
    """In seconds; None for what only running it could tell."""
    if depth == 0:
        return None
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return number if abs(number) < _LARGEST else None
        case ast.Name(id=name):
            return values.get(name)
        case ast.BinOp(left=left, op=operation, right=right):
            return _combine(_evaluate(left, values, depth - 1), operation, _evaluate(right, values, depth - 1))
        case ast.Call(func=ast.Name(id="int" | "round"), args=[inner, *_]):
            return _evaluate(inner, values, depth - 1)
        case ast.Call(func=ast.Attribute(value=inner, attr="total_seconds"), args=[]):
            return _evaluate(inner, values, depth - 1)
        case ast.Call(func=ast.Name(id="timedelta") | ast.Attribute(attr="timedelta")):
            return _sum_up(node, values, depth - 1)
    return None


def _sum_up(call: ast.Call, values: Mapping[str, float], depth: int) -> float | None:
    given = [*zip(_ORDER, call.args, strict=False), *((each.arg or "", each.value) for each in call.keywords)]
    numbers = [(_UNITS.get(unit), _evaluate(value, values, depth)) for unit, value in given]
    if any(unit is None or number is None for unit, number in numbers):
        return None
    return sum((unit or 0) * (number or 0) for unit, number in numbers)


def _combine(left: float | None, operation: ast.operator, right: float | None) -> float | None:
    if left is None or right is None:
        return None
    match operation:
        case ast.Add():
            total = left + right
        case ast.Sub():
            total = left - right
        case ast.Mult():
            total = left * right
        case ast.FloorDiv() | ast.Div() if right:
            total = left / right
        case _:
            return None
    return total if abs(total) < _LARGEST else None
