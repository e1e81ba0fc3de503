"""The messages of this project and their translations, without a system gettext.

    python -m tools.messages                  bring locale/ja in line with the source, and compile it
    python -m tools.messages --check          say what is untranslated, stale or unsound; exit 1 if anything is
    python -m tools.messages --missing        what lacks a translation, as JSON
    python -m tools.messages --fill FILE      the same JSON with each "msgstr" filled in ("-": standard input)

English is the source. A message is marked by Django's gettext functions, imported under any name, or by the
template tags.
"""

import argparse
import ast
import json
import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import django
import polib
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("links", "config", "templates", "demo")
SKIPPED = ("links/migrations",)
LANGUAGE = "ja"
CATALOGUE = ROOT / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
HEADER = {
    "Project-Id-Version": "Holdfast",
    "Language": LANGUAGE,
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}

# What each function's first arguments are; `_lazy` and `_noop` take the same.
ARGUMENTS = {
    "gettext": ("msgid",),
    "ngettext": ("msgid", "plural"),
    "pgettext": ("context", "msgid"),
    "npgettext": ("context", "msgid", "plural"),
}
TEMPLATE_NAMES = {"_": "gettext", **{name: name for name in ARGUMENTS}}
# In what templatize makes of a template, everything but the calls is blotted out.
TEMPLATE_CALL = re.compile(r"\b(?:_|n?p?gettext)\((?:[^()'\"]|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")*\)", re.DOTALL)
GAP = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
FALLBACK = re.compile(r"\[[^][]*\]")


@dataclass(frozen=True, slots=True)
class Message:
    msgid: str
    plural: str = ""
    context: str | None = None

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.msgid


def find_messages(root: Path) -> dict[Message, list[str]]:
    """Every message below `root`, with the files that hold it. Raises ValueError for one that cannot be extracted.

    What is marked with a plural here and without one there is one message, which has a plural.
    """
    found: dict[tuple[str | None, str], tuple[Message, list[str]]] = {}
    for path in _list_sources(root):
        name = path.relative_to(root).as_posix()
        read = read_python if path.suffix == ".py" else read_template
        for message in read(path.read_text(encoding="utf-8"), name):
            first, places = found.get(message.key, (message, []))
            found[message.key] = (first if first.plural else message, list(dict.fromkeys([*places, name])))
    return dict(found.values())


def read_python(source: str, name: str) -> Iterator[Message]:
    """The messages that a module marks. Only what it imports from `django.utils.translation` counts as a mark."""
    tree = ast.parse(source, name)
    marks = _find_marks(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (kind := _name_mark(node.func, marks)):
            yield from _read_call(node, kind, name)


def read_template(source: str, name: str) -> Iterator[Message]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = templatize(source, name)
    for match in TEMPLATE_CALL.finditer(text):
        call = ast.parse(match[0], name, "eval").body
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            yield from _read_call(call, TEMPLATE_NAMES[call.func.id], name)


def update(catalogue: polib.POFile, found: dict[Message, list[str]]) -> None:
    """Bring the catalogue in line: new messages come untranslated, and what nobody says any more goes. A sentence that
    comes back is found, with its translation, in the history of the file."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue}
    catalogue.clear()
    for message, places in found.items():
        entry = known.pop(message.key, None) or polib.POEntry(msgid=message.msgid, msgctxt=message.context)
        _adapt(entry, message, places)
        catalogue.append(entry)


def find_faults(catalogue: polib.POFile, found: dict[Message, list[str]], compiled: bytes) -> list[str]:
    """What keeps the catalogue from being complete, one line each."""
    live = {(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}
    wanted = {message.key for message in found}
    faults = [f"not in the catalogue: {msgid!r}" for _, msgid in wanted - live.keys()]
    faults += [f"not in the source: {msgid!r}" for _, msgid in live.keys() - wanted]
    faults += [f"untranslated: {entry.msgid!r}" for entry in live.values() if not is_translated(entry)]
    faults += [f"fuzzy: {entry.msgid!r}" for entry in live.values() if entry.fuzzy]
    faults += [f"other gaps than the source: {entry.msgid!r}" for entry in live.values() if not has_its_gaps(entry)]
    if catalogue.to_binary() != compiled:
        faults.append("the compiled catalogue is stale")
    return sorted(faults)


def is_translated(entry: polib.POEntry) -> bool:
    return all(_translations(entry)) and not entry.fuzzy


def has_its_gaps(entry: polib.POEntry) -> bool:
    """A translation with a gap that its source lacks raises when it is filled; one without it loses a fact. The same
    holds for a gap that has a fallback, in square brackets, on one side only."""
    sources = [_find_gaps(text) for text in (entry.msgid, entry.msgid_plural) if text]
    return all(_find_gaps(text) in sources for text in _translations(entry) if text)


def to_json(catalogue: polib.POFile) -> list[dict[str, object]]:
    return [
        {
            "msgid": entry.msgid,
            "plural": entry.msgid_plural,
            "context": entry.msgctxt,
            "where": [place for place, _ in entry.occurrences],
            "msgstr": "",
        }
        for entry in catalogue
        if not entry.obsolete and not is_translated(entry)
    ]


def fill(catalogue: polib.POFile, translations: Iterable[dict[str, str | None]]) -> None:
    """Take translations in the shape of `to_json`. Raises KeyError for a message that the catalogue does not have."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}
    for given in translations:
        entry = known[given.get("context"), given["msgid"] or ""]
        _translate(entry, given.get("msgstr") or "")


def main(arguments: list[str]) -> int:
    options = _read_arguments(arguments)
    _configure()
    found = find_messages(ROOT)
    catalogue = _open(CATALOGUE)
    if options.check:
        compiled = CATALOGUE.with_suffix(".mo")
        faults = find_faults(catalogue, found, compiled.read_bytes() if compiled.exists() else b"")
        sys.stderr.writelines(f"{fault}\n" for fault in faults)
        return 1 if faults else 0
    update(catalogue, found)
    if options.missing:
        sys.stdout.write(json.dumps(to_json(catalogue), ensure_ascii=False, indent=1) + "\n")
        return 0
    if options.fill:
        fill(catalogue, json.load(options.fill))
    _save(catalogue, CATALOGUE)
    return 0


def _read_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="messages", description="Extract, check and compile translations.")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--check", action="store_true", help="exit 1 if anything is untranslated or stale")
    choice.add_argument("--missing", action="store_true", help="print what lacks a translation, as JSON")
    choice.add_argument("--fill", type=argparse.FileType(encoding="utf-8"), help="take translations, as JSON")
    return parser.parse_args(arguments)


def _configure() -> None:
    """Django's lexer asks for settings; none of the project's are needed."""
    if not settings.configured:
        settings.configure(USE_I18N=False)
        django.setup()


def _list_sources(root: Path) -> list[Path]:
    paths = [path for folder in SOURCES for path in (root / folder).rglob("*") if _is_source(path, root)]
    return sorted(paths)


def _is_source(path: Path, root: Path) -> bool:
    name = path.relative_to(root).as_posix()
    kind = path.suffix == ".py" or (path.suffix in (".html", ".txt") and "templates" in path.parts)
    return kind and path.is_file() and not name.startswith(SKIPPED)


def _find_marks(tree: ast.Module) -> dict[str, str]:
    """What the functions are called in this module, and the module itself as `NAME.`."""
    marks: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            marks |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "django.utils":
            marks |= {f"{alias.asname or alias.name}.": "" for alias in node.names if alias.name == "translation"}
    return marks


def _name_mark(function: ast.expr, marks: dict[str, str]) -> str:
    """Which of `ARGUMENTS` a call is, or nothing."""
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        name = function.attr if f"{function.value.id}." in marks else ""
    else:
        name = marks.get(function.id, "") if isinstance(function, ast.Name) else ""
    name = name.removesuffix("_lazy").removesuffix("_noop")
    return name if name in ARGUMENTS else ""


def _read_call(call: ast.Call, kind: str, name: str) -> Iterator[Message]:
    """The message of one call; none where it is looked up by a variable. Raises ValueError for an f-string and its
    like, which are never found at run time."""
    given = dict(zip(ARGUMENTS[kind], call.args, strict=False))
    if any(isinstance(argument, ast.JoinedStr | ast.BinOp) for argument in given.values()):
        raise ValueError(f"{name}:{call.lineno}: a message must be one plain string")
    texts = {role: argument.value for role, argument in given.items() if isinstance(argument, ast.Constant)}
    if isinstance(texts.get("msgid"), str):
        yield Message(str(texts["msgid"]), str(texts.get("plural", "")), _text_or_none(texts.get("context")))


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _adapt(entry: polib.POEntry, message: Message, places: list[str]) -> None:
    """Places have no line numbers: they would change with every edit."""
    if bool(entry.msgid_plural) != bool(message.plural):
        entry.msgstr, entry.msgstr_plural = "", {}
    entry.msgid_plural = message.plural
    if message.plural and not entry.msgstr_plural:
        entry.msgstr_plural = {0: ""}
    entry.obsolete, entry.occurrences = False, [(place, "") for place in places]
    entry.flags = [flag for flag in entry.flags if flag != "python-format"]
    if GAP.search(message.msgid):
        entry.flags.append("python-format")


def _translate(entry: polib.POEntry, text: str) -> None:
    entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    if entry.msgid_plural:
        entry.msgstr_plural = {0: text}
    else:
        entry.msgstr = text


def _translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def _find_gaps(text: str) -> tuple[set[str], set[str]]:
    """All of them, and those that stand outside of square brackets."""
    return set(GAP.findall(text)), set(GAP.findall(FALLBACK.sub("", text)))


def _open(path: Path) -> polib.POFile:
    catalogue = polib.pofile(str(path), wrapwidth=110) if path.exists() else polib.POFile(wrapwidth=110)
    catalogue.metadata = dict(HEADER)
    return catalogue


def _save(catalogue: polib.POFile, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))
    path.with_suffix(".mo").write_bytes(catalogue.to_binary())


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
