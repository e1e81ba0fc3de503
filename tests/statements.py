"""Which tests PostgreSQL has to run. A pytest plugin.

`--note-statements FILE` notes what each test sends to the database: the text of each statement, what is unusual in its
values, and the error, if there was one. `--cover-statements FILE` leaves out each test whose every statement others
send too, and does not import a module of which no test is left. What is never left out: a test that commits, for it is
about transactions, locks, or other processes, and a test of which nothing was noted, for it is new, or about
PostgreSQL alone. Without either option, all tests run.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from heapq import heapify, heappop, heapreplace
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

ENOUGH = 1
"""Tests for each statement: PostgreSQL takes it or does not, and the test says whether its answer is right."""
_DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup"}
_LISTS = re.compile(r"\((?:%s(?:, )?)+\)(?:, \((?:%s(?:, )?)+\))*")
_SAVEPOINTS = re.compile(r'"s\d+_x\d+"')
_NUMBERS = re.compile(r"\b\d+\b")


@dataclass(frozen=True, slots=True)
class Sent:
    """What one test sent, and how many seconds it took."""

    seconds: float
    statements: frozenset[str]


def choose(sent: Mapping[str, Sent], always: Iterable[str], enough: int = ENOUGH) -> set[str]:
    """Few quick tests that together send each statement so many times, or as many times as there are tests for it;
    `always` are among them."""
    chosen = set(always)
    missing = Counter(statement for test in sent.values() for statement in test.statements)
    missing = Counter({statement: min(count, enough) for statement, count in missing.items()})
    for name in chosen & sent.keys():
        missing.subtract(sent[name].statements)

    def worth(name: str) -> float:
        """Statements that it adds, for a second of it. It never grows while others are chosen: of all that wait, only
        the one in front has to be asked again."""
        return sum(missing[statement] > 0 for statement in sent[name].statements) / (sent[name].seconds + 0.02)

    waiting = [(-worth(name), name) for name in sorted(sent.keys() - chosen)]
    heapify(waiting)
    while waiting:
        _, name = waiting[0]
        now = worth(name)
        if not now:
            heappop(waiting)
        elif -now > waiting[0][0]:
            heapreplace(waiting, (-now, name))
        else:
            heappop(waiting)
            chosen.add(name)
            missing.subtract(sent[name].statements)
    return chosen


def describe(sql: str, values: object, failure: str) -> str:
    """What makes a statement another one than those before it, as twelve characters."""
    return _digest(_find_shape(str(sql)), *sorted(_find_unusual(values)), failure)


@lru_cache(maxsize=10_000)
def _digest(*parts: str) -> str:
    return blake2b("\n".join(parts).encode(errors="replace"), digest_size=6).hexdigest()


@lru_cache(maxsize=10_000)
def _find_shape(sql: str) -> str:
    """Without how many values there are, and without numbers in its text."""
    return _NUMBERS.sub("0", _SAVEPOINTS.sub("", _LISTS.sub("(...)", sql)))


def _find_unusual(values: object) -> set[str]:
    """What SQLite takes and PostgreSQL may not: NUL, texts longer than their columns, numbers of more bits."""
    if isinstance(values, str):
        nul = {"NUL"} if "\0" in values else set()
        return nul | {f"text {limit}" for limit in (64, 255, 2_000) if len(values) > limit}
    if isinstance(values, int):
        return {f"{bits} bits" for bits in (31, 63) if abs(values) >= 2**bits}
    if isinstance(values, Mapping):
        return _find_unusual(list(values.values()))
    if isinstance(values, Sequence) and not isinstance(values, (bytes, bytearray)):
        return {found for value in values for found in _find_unusual(value)}
    return set()


# In pytest ------------------------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("statements of the database")
    group.addoption("--note-statements", metavar="FILE", help="note there what each test sends to the database")
    group.addoption("--cover-statements", metavar="FILE", help="run few tests that send all that was noted there")


def pytest_configure(config: pytest.Config) -> None:
    if config.option.note_statements:
        config.pluginmanager.register(Notes(config), "statements-notes")
    if config.option.cover_statements:
        config.pluginmanager.register(Cover(config), "statements-cover")


class Notes:
    """Of this process's tests; the controller of pytest-xdist gathers those of its workers."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._tests: dict[str, tuple[float, list[str]]] = {}
        self._collected: dict[str, dict[str, bool]] = {}  # by module: those of the database, and whether they commit
        self.now: set[str] = set()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            of_module = self._collected.setdefault(item.nodeid.partition("::")[0], {})
            if touches_database(item):
                of_module[item.nodeid] = commits(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.now, began = set(), monotonic()
        answer = yield
        if self.now:
            self._tests[item.nodeid] = round(monotonic() - began, 2), sorted(self.now)
        return answer

    def pytest_sessionstart(self) -> None:
        from django.db.backends.signals import connection_created

        connection_created.connect(self.listen)

    def listen(self, connection: Any, **_signal: object) -> None:  # noqa: ANN401  a connection of Django's
        # In front: `execute_wrapper` takes the last away again.
        if self._note not in connection.execute_wrappers:
            connection.execute_wrappers.insert(0, self._note)

    def _note(self, execute: Callable[..., Any], sql: str, values: Any, many: bool, context: Any) -> Any:  # noqa: ANN401
        failure = ""
        try:
            return execute(sql, values, many, context)
        except Exception as error:
            failure = type(error).__name__
            raise
        finally:
            self.now.add(describe(sql, values, failure))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:  # noqa: ANN401  a worker of pytest-xdist
        tests, collected = getattr(node, "workeroutput", {}).get("statements", ({}, {}))
        self._tests |= tests
        self._collected |= collected

    def pytest_sessionfinish(self) -> None:
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            output["statements"] = self._tests, self._collected
        else:
            path = Path(self._config.option.note_statements)
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps([self._tests, self._collected]))


class Cover:
    """What is left of the tests that were noted."""

    def __init__(self, config: pytest.Config) -> None:
        path = Path(config.option.cover_statements)
        if not path.exists():
            raise pytest.UsageError(f"{path} is not there: run the tests with --note-statements {path} first.")
        self._config = config
        tests, self._collected = json.loads(path.read_text())
        sent = {name: Sent(seconds, frozenset(found)) for name, (seconds, found) in tests.items()}
        collected = {name: committing for module in self._collected.values() for name, committing in module.items()}
        always = [name for name, committing in collected.items() if committing or name not in sent]
        self._chosen = choose({name: sent[name] for name in sent.keys() & collected.keys()}, always)

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        if not collection_path.is_relative_to(self._config.rootpath):
            return None
        noted = self._collected.get(collection_path.relative_to(self._config.rootpath).as_posix())
        return True if noted is not None and not self._chosen & noted.keys() else None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        left_out = [item for item in items if not self._is_left(item.nodeid)]
        self._config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if self._is_left(item.nodeid)]

    def _is_left(self, name: str) -> bool:
        return name in self._chosen or name not in self._collected.get(name.partition("::")[0], {})


def commits(item: pytest.Item) -> bool:
    """Whether it works on the database outside of a transaction that is rolled back."""
    marker = item.get_closest_marker("django_db")
    committing = bool(marker and marker.kwargs.get("transaction"))
    return committing or "transactional_db" in getattr(item, "fixturenames", ())


def touches_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(fixtures & _DATABASE_FIXTURES) or item.get_closest_marker("django_db") is not None
