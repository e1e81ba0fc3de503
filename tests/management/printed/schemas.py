"""The schema of what commands print with `--json`, and answers held against it."""

import json
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator

SCHEMA = Path(__file__).resolve().parents[3] / "docs" / "json" / "commands.json"


@cache
def load_schema() -> dict[str, dict[str, object]]:
    loaded: dict[str, dict[str, object]] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return loaded


def require_valid(command: str, printed: str) -> None:
    """Raises `jsonschema.ValidationError` for what the schema does not describe."""
    schema = {**load_schema(), "$ref": f"#/$defs/{command}"}
    Draft202012Validator(schema).validate(json.loads(printed))
