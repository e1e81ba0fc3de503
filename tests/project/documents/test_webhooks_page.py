"""What docs/webhooks.md tells a receiver to do with a message is done with one that was really sent."""

import base64
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
import standardwebhooks

from links.models import ShareLink
from links.services.webhooks import events, webhooks
from links.services.webhooks.webhooks import NewSecret
from tests.fake_receivers import Call, WebhookReceiver
from tests.project.documents.markdown import DOCS, find_blocks
from tests.services.webhooks.hearing import add_webhook, deliver

PAGE = (DOCS / "webhooks.md").read_text(encoding="utf-8")
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as running:
        yield running


@pytest.fixture
def added(db: None, receiver: WebhookReceiver) -> NewSecret:
    return add_webhook(receiver)


def send_one(receiver: WebhookReceiver) -> Call:
    link = ShareLink.objects.create(
        delivery="stable", title="年次報告", asked_until=NOW, promised_until=NOW, created_at=NOW
    )
    events.tell_revoked([link.pk], datetime.now(UTC))
    deliver()
    return receiver.calls[-1]


def run_python(call: Call, secret: str) -> object:
    (block,) = find_blocks(PAGE, "python")
    names = {"request": SimpleNamespace(body=call.body, headers=call.headers)}
    exec(block.code.replace("whsec_...", secret), names)
    return names["event"]


def run_shell(call: Call, secret: str, folder: Path) -> str:
    """What comes out, to be compared with the signature."""
    (block,) = find_blocks(PAGE, "sh")
    (folder / "body.json").write_bytes(call.body)
    told = {name.replace("-", "_"): call.headers[name] for name in ("webhook-id", "webhook-timestamp")}
    done = subprocess.run(
        ["sh", "-euc", block.code],
        cwd=folder, env={"PATH": os.environ["PATH"], "secret": secret, **told},
        check=True, capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.strip()


def test_the_python_of_the_page_takes_a_message_and_refuses_one_that_was_changed(
    added: NewSecret, receiver: WebhookReceiver
) -> None:
    call = send_one(receiver)
    event = run_python(call, added.secret)
    assert isinstance(event, dict)
    assert (event["type"], event["data"]["link"]["title"]) == ("link.revoked", "年次報告")
    changed = Call(call.method, call.path, call.body.replace(b"revoked", b"healthy"), call.headers)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        run_python(changed, added.secret)


def test_the_shell_of_the_page_finds_the_signature(added: NewSecret, receiver: WebhookReceiver, tmp_path: Path) -> None:
    call = send_one(receiver)
    assert f"v1,{run_shell(call, added.secret, tmp_path)}" == call.headers["webhook-signature"]


def test_either_secret_finds_its_signature_during_a_rotation(
    added: NewSecret, receiver: WebhookReceiver, tmp_path: Path
) -> None:
    rotated = webhooks.rotate_secret(added.webhook, datetime.now(UTC))
    call = send_one(receiver)
    found = [f"v1,{run_shell(call, secret, tmp_path)}" for secret in (rotated.secret, added.secret)]
    assert call.headers["webhook-signature"].split(" ") == found
    for secret in (rotated.secret, added.secret):
        assert run_python(call, secret)


def test_a_secret_is_what_the_page_calls_it(added: NewSecret) -> None:
    prefix, _, key = added.secret.partition("_")
    assert prefix == "whsec"
    assert len(base64.b64decode(key, validate=True)) == 32
