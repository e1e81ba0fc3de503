"""A client that was generated from the OpenAPI document makes, extends and revokes a link at a server that runs."""

import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from links.models import ShareLink
from tests.api.programs import Program, make_program
from tests.fixtures import OBJECT, Setup

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "api" / "openapi.json"
NAME = "generated_holdfast_client"

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of the package, which can be imported while the test lasts."""
    config = tmp_path / "config.yaml"
    config.write_text("post_hooks: []\n")
    where = ["--path", str(DOCUMENT), "--output-path", str(tmp_path / NAME), "--config", str(config)]
    command = [str(Path(sys.executable).parent / "openapi-python-client"), "generate", "--meta", "none", *where]
    subprocess.run([*command, "--fail-on-warning"], check=True, capture_output=True)
    monkeypatch.syspath_prepend(tmp_path)
    yield NAME
    for module in [name for name in sys.modules if name.partition(".")[0] == NAME]:
        del sys.modules[module]


@pytest.fixture
def program(setup: Setup) -> Program:
    return make_program()


def test_a_generated_client_makes_extends_and_revokes_a_link(
    generated: str, program: Program, setup: Setup, live_server: LiveServer
) -> None:
    def operation(name: str) -> Any:  # noqa: ANN401  what is generated has types of its own
        return import_module(f"{generated}.api.links.{name}")

    models = import_module(f"{generated}.models")
    client = import_module(generated).AuthenticatedClient(live_server.url, program.token)
    asked = models.NewLinkIn(bucket=setup.bucket.pk, object_key=OBJECT, lifetime="7 days", title="Report")

    made = operation("create_link").sync(client=client, body=asked, idempotency_key="order 17")
    again = operation("create_link").sync(client=client, body=asked, idempotency_key="order 17")
    assert made.url == again.url
    assert made.link.title == "Report"

    extended = operation("extend_link").sync(made.link.id, client=client, body=models.EndIn(lifetime="+7 days"))
    assert (extended.promised_until - made.link.promised_until).days == 7

    read = operation("read_link").sync_detailed(made.link.id, client=client)
    changed = operation("change_link").sync_detailed(
        made.link.id, client=client, body=models.LinkChangesIn(title="Plan"), if_match=read.headers["ETag"]
    )
    assert (changed.status_code, changed.parsed.title) == (200, "Plan")

    revoked = operation("revoke_link").sync(made.link.id, client=client)
    assert revoked.state == models.LinkState.REVOKED
    assert ShareLink.objects.get().is_revoked

    refused = operation("extend_link").sync(made.link.id, client=client, body=models.EndIn(lifetime="+7 days"))
    assert isinstance(refused, models.Problem)
    assert refused.code == "revive-first"
    client.get_httpx_client().close()
