import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError

from links.management import commands
from tests.management.printed.schemas import load_schema, require_valid
from tests.management.running import Runner

COMMANDS = sorted(path.stem for path in Path(commands.__path__[0]).glob("[a-z]*.py"))
PLAIN = {"style": "unsigned", "verdict": "unknown"}


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(load_schema())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_described(command: str) -> None:
    assert command in load_schema()["$defs"]


def test_an_answer_that_is_not_described_is_refused(run: Runner) -> None:
    told = run("check_url", "https://example.com/a.pdf", "--json").json
    for changed in ({**told, "more": 1}, {**told, "verdict": "fine"}, {name: told[name] for name in list(told)[1:]}):
        with pytest.raises(ValidationError):
            require_valid("check_url", json.dumps(changed))


def test_an_error_is_described(run: Runner) -> None:
    require_valid("error", run("check_url", "no url", "--json").err)
