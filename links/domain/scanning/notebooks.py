"""Jupyter notebooks: JSON whose cells hold Python, line by line."""

import json
from collections.abc import Iterator
from dataclasses import replace

from links.domain.scanning import python_calls
from links.domain.scanning.presign_calls import PresignCall


def find_calls_in_notebook(text: str) -> Iterator[PresignCall]:
    """Each with its line of the notebook's file; none in what is no notebook."""
    try:
        notebook = json.loads(text)
        cells = notebook["cells"] if isinstance(notebook, dict) else []
    except (ValueError, KeyError, RecursionError):
        return
    for cell in cells if isinstance(cells, list) else []:
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source", "")
        lines = source.splitlines(keepends=True) if isinstance(source, str) else [str(line) for line in source]
        for call in python_calls.find_calls("".join(lines)):
            yield replace(call, line=_find_line(text, lines[call.line - 1]))


def _find_line(text: str, line: str) -> int:
    written = json.dumps(line, ensure_ascii=False)[1:-1]
    at = max(text.find(written), 0)
    return text.count("\n", 0, at) + 1
