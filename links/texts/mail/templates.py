"""The frames of mails and of messages to customers: text templates under `mail/`, which a site can override.

What is a fact or a sentence comes as a value, in the active language; a frame says what stands where. Values are plain
text and are not escaped.
"""

import re
from collections.abc import Mapping

import structlog
from django.template import Context, Engine

log = structlog.get_logger(__name__)

_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")


def render_text(name: str, values: Mapping[str, object]) -> str:
    """The text of `mail/NAME.txt`. Blank lines in a row are one, and it ends with a line end: what a value leaves out
    leaves no gap."""
    return _BLANK_LINES.sub("\n\n", _render(f"mail/{name}.txt", values).strip("\n")).rstrip() + "\n"


def render_subject(name: str, values: Mapping[str, object]) -> str:
    """The one line of `mail/NAME_subject.txt`."""
    lines = _render(f"mail/{name}_subject.txt", values).split("\n")
    return " ".join(line for line in lines if line.strip())


def _render(name: str, values: Mapping[str, object]) -> str:
    """By the site's own template; where that fails, by the product's: a slip in a template must not silence an alarm.

    Its error may quote the values, among which are URLs, and is not logged; `manage.py check` tells of what cannot be
    read.
    """
    engine = Engine.get_default()
    try:
        return engine.get_template(name).render(Context(values, autoescape=False))
    except Exception as error:
        if len(engine.dirs) == 1:
            raise
        kind = type(error).__name__
        log.warning("a template of this site failed, and the product's own took its place", template=name, error=kind)
        own = Engine(dirs=engine.dirs[-1:], libraries=engine.libraries)
        return own.get_template(name).render(Context(values, autoescape=False))
