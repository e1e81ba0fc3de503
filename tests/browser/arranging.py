"""Arranging what a test needs, in the running product, by the commands that operators use."""

import json
from dataclasses import dataclass, field

from demo import samples
from demo.running import RunningDemo

MANGLED = (
    "https://reports.s3.eu-central-1.amazonaws.com/q3.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential="
    "ASIAIOSFODNN7EXAMPLE%2F20260101%2Feu-central-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20260101T000000Z&amp;"
    "X-Amz-Expires=604800&amp;X-Amz-SignedHeaders=host&amp;X-Amz-Security-Token=example&amp;X-Amz-Signature=" + "0" * 64
)
"""A URL that a role signed and a mail program mangled."""


@dataclass(frozen=True, slots=True)
class MadeLink:
    number: int
    url: str = field(repr=False)


def make_link(
    demo: RunningDemo, key: str = samples.REPORT, *terms: str, lifetime: str = "30 days", password: str = ""
) -> MadeLink:
    options = [*terms, *(["--password"] if password else []), "--lifetime", lifetime, "--json"]
    told = json.loads(demo.manage("create_link", samples.BUCKET, *options, "--", key, asked=f"{password}\n"))
    return MadeLink(told["id"], told["url"])


def let_end(demo: RunningDemo, link: MadeLink) -> None:
    """An hour after its end. The shortest lifetime is a minute, which no test should wait for."""
    change = "promised_until=timezone.now() - timedelta(hours=1)"
    _run(demo, f"ShareLink.objects.filter(pk={link.number}).update({change})")


def _run(demo: RunningDemo, statement: str) -> None:
    imports = "from datetime import timedelta; from django.utils import timezone; from links.models import ShareLink"
    demo.manage("shell", "--no-imports", "-c", f"{imports}; {statement}")
