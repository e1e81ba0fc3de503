"""Arranging what a test needs, in the running product, by the commands that operators use."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from demo import samples
from demo.running import RunningDemo
from demo.signing import sign_by_a_role
from tests.waiting import wait_until

MANGLED = (
    "https://reports.s3.eu-central-1.amazonaws.com/q3.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential="
    "ASIAIOSFODNN7EXAMPLE%2F20260101%2Feu-central-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20260101T000000Z&amp;"
    "X-Amz-Expires=604800&amp;X-Amz-SignedHeaders=host&amp;X-Amz-Security-Token=example&amp;X-Amz-Signature=" + "0" * 64
)
"""A URL that a role signed and a mail program mangled."""

SAMPLE_INCIDENTS = 3


@dataclass(frozen=True, slots=True)
class MadeLink:
    number: int
    url: str = field(repr=False)


def make_link(
    demo: RunningDemo,
    key: str = samples.REPORT,
    *terms: str,
    bucket: str = samples.BUCKET,
    lifetime: str = "30 days",
    password: str = "",
) -> MadeLink:
    options = [*terms, *(["--password"] if password else []), "--lifetime", lifetime, "--json"]
    told = json.loads(demo.manage("create_link", bucket, *options, "--", key, asked=f"{password}\n"))
    return MadeLink(told["id"], told["url"])


def settle(demo: RunningDemo) -> None:
    """Until all that a new demo is due for was done: what is looked at then stays as it is, whenever that is."""
    demo.manage("run_due_work")
    told = ""

    def has_incidents() -> bool:
        nonlocal told
        told = demo.manage("list_incidents", "--json")
        return len(json.loads(told)) >= SAMPLE_INCIDENTS

    wait_until(has_incidents, lambda: f"the incidents of the samples are not open, but {told}", every=0.5)


def watch_url_of_a_role(demo: RunningDemo, key: str = samples.ORDERS) -> int:
    """A URL that temporary credentials signed, promised for longer than they live; the number of its link."""
    url = sign_by_a_role(demo.store_url, key, demo.state.settings())
    promised = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    return int(json.loads(demo.manage("watch_url", "-", "--promised-until", promised, "--json", asked=url))["id"])


def in_days(count: int) -> datetime:
    """Then, at nine."""
    return (datetime.now(UTC) + timedelta(days=count)).replace(hour=9, minute=0)


def let_end(demo: RunningDemo, link: MadeLink) -> None:
    """An hour after its end. The shortest lifetime is a minute, which no test should wait for."""
    change = "promised_until=timezone.now() - timedelta(hours=1)"
    run(demo, f"ShareLink.objects.filter(pk={link.number}).update({change})")


def ask_for_time(demo: RunningDemo, link: MadeLink) -> int:
    """A customer's question about a link that is over; its number."""
    asked = "message='We were away. One more week, please?', mail='kim@example.com'"
    return int(
        run(demo, f"print(time_requests.ask(ShareLink.objects.get(pk={link.number}), timezone.now(), {asked}).pk)")
    )


def add_customer(demo: RunningDemo, name: str) -> int:
    """One without links; their number."""
    built = f"customers.find_or_build({name!r}, timezone.now(), OPERATOR)"
    return int(run(demo, f"print(customers.save_if_new({built}).pk)"))


def add_key(demo: RunningDemo, label: str) -> int:
    """One without buckets, which the store cannot tell of; its number."""
    where = ["--access-key-id", "AKIASPARE00000000000", "--endpoint", demo.store_url, "--region", "us-east-1"]
    return int(json.loads(demo.manage("add_key", label, *where, "--json", asked="spare secret\n"))["id"])


def add_bucket(demo: RunningDemo, name: str) -> int:
    """One without links; its number. The form for a new link begins with the first bucket by name, which stays the
    demo's for whatever test comes next."""
    assert name > samples.BUCKET
    folder = demo.objects / name
    folder.mkdir()
    (folder / "a.txt").write_text("a")
    return int(json.loads(demo.manage("add_bucket", name, "--key", "Demo key", "--json"))["id"])


def run(demo: RunningDemo, statement: str) -> str:
    """What it printed."""
    imports = (
        "from datetime import timedelta; from django.utils import timezone; from links.models import ShareLink; "
        "from links.domain.viewers import OPERATOR; "
        "from links.services.people import customers; from links.services.links import time_requests"
    )
    return demo.manage("shell", "--no-imports", "-c", f"{imports}; {statement}")
