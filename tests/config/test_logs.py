import json
import logging

import pytest

from config.logs import scrub
from tests.processes.running import run

TOKEN = "q3r-Vb_2Zs9yT0aLkXw4NnEoP8cUuGdHhJjMmKiRrSs"
SIGNATURE = "0123456789abcdef" * 4
URL = f"https://files.s3.amazonaws.com/a?X-Amz-Signature={SIGNATURE}"


@pytest.mark.parametrize(
    "value",
    [
        f"Not Found: /s/{TOKEN}",
        f"asked {URL} in vain",
        {"headers": [f"/s/{TOKEN}", f"X-Amz-Security-Token: {TOKEN}"]},
        (f"token={TOKEN}",),
        # Short enough to look like no secret: what comes back from single sign-on, as an access log has it.
        f"GET /admin/single-sign-on/answer/?code={TOKEN[:12]}&state={TOKEN} HTTP/1.1",
        f'Traceback:\n  File "a.py", line 1\n    raise Error("{URL}")',
    ],
)
def test_no_link_token_url_or_signature_leaves_with_a_line(value: object) -> None:
    said = repr(scrub(None, "info", {"event": value}))
    assert TOKEN[:12] not in said
    assert SIGNATURE not in said


def test_what_is_no_secret_stays_as_it_is() -> None:
    event = {"event": "link validated", "link": 7, "findings": "key-unknown", "fails_at": None, "took": 0.5}
    assert scrub(None, "info", dict(event)) == event


def test_a_traceback_keeps_its_lines_below_its_event() -> None:
    text = 'Traceback:\n  File "a.py", line 1\nValueError: no'
    expected = '  Traceback:\n    File "a.py", line 1\n  ValueError: no'
    assert scrub(None, "error", {"exception": text})["exception"] == expected


@pytest.mark.parametrize("field", ["reason", "event", "exception", "stack"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_no_value_forges_a_line(field: str, end: str) -> None:
    forged = f"no{end}2026-11-28T09:00:00Z [info     ] signed in user=admin"
    told = str(scrub(None, "info", {field: forged})[field])
    assert [line for line in told.splitlines()[1:] if not line.startswith("  ")] == []
    if field == "reason":
        assert len(told.splitlines()) == 1


def test_no_value_forges_a_field() -> None:
    assert scrub(None, "info", {"reason": 'no" user=admin'})["reason"] == '"no\\" user=admin"'


@pytest.mark.parametrize("text", ["\x1b[31mred", "\x9b2J", 'a\n  File "x", line 1, in \x1b[2J', "\u202egnp", "\x00"])
def test_no_value_moves_the_cursor_or_turns_letters(text: str) -> None:
    told = scrub(None, "info", {"event": text, "reason": text, "exception": text, "list": [text]})
    for value in (told["event"], told["reason"], told["exception"], told["list"][0]):
        assert not {"\x1b", "\x9b", "\u202e", "\x00"} & set(str(value))


def test_lines_of_other_libraries_pass_here_too() -> None:
    code = (
        "import django, logging; django.setup();"
        f"logging.getLogger('django.request').warning('Gone: %s', '/s/{TOKEN}');"
        "logging.getLogger('django.request').error('failed', exc_info=ValueError('https://a/?b=1'))"
    )
    done = run("-c", code, environment={"DJANGO_SETTINGS_MODULE": "config.settings", "SECRET_KEY": "x"})
    assert done.returncode == 0
    assert "Gone: /s/<token>" in done.stderr
    assert "ValueError" in done.stderr
    assert "https://a" not in done.stderr
    assert logging.getLogger("botocore").level == logging.WARNING


def test_a_traceback_says_where_however_long_the_path() -> None:
    frame = f'  File "/srv/{"holdfast/" * 12}lib/python3.11/site-packages/django/views.py", line 12, in get'
    assert scrub(None, "error", {"exception": frame})["exception"] == f"  {frame}"


def test_lines_are_json_where_that_was_asked_for() -> None:
    script = (
        "import django, logging, structlog; django.setup()\n"
        "from structlog.contextvars import bound_contextvars\n"
        "with bound_contextvars(request_id='0123456789abcdef0123456789abcdef'):\n"
        f"    structlog.get_logger('links.a').warning('link validated', link=7, reason='two words', url={URL!r})\n"
        f"    logging.getLogger('other').error('asked %s\\nin vain', {URL!r})\n"
        "try: 1 / 0\n"
        "except ZeroDivisionError: structlog.get_logger('links.a').exception('failed', what=object)\n"
    )
    told = run(
        "-c", script, environment={"DJANGO_SETTINGS_MODULE": "config.settings", "SECRET_KEY": "x", "LOG_FORMAT": "json"}
    ).stderr
    first, second, third = (json.loads(line) for line in told.splitlines())
    assert (first["event"], first["link"], first["reason"], first["level"]) == (
        "link validated", 7, "two words", "warning",
    )  # fmt: skip
    assert (first["logger"], second["logger"]) == ("links.a", "other")
    assert first["request_id"] == second["request_id"] == "0123456789abcdef0123456789abcdef"
    assert "in vain" in second["event"]
    assert "ZeroDivisionError" in third["exception"]
    assert SIGNATURE not in told
