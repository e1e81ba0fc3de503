"""Every way by which somebody names a host to this server: each asks whatever the host is, and says nothing."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from urllib.parse import unquote

from django.core.management import CommandError, call_command
from urllib3.exceptions import HTTPError

from links.channels import DeliveryFailed, Message
from links.channels.apprise import AppriseChannel
from links.channels.smtp import EmailBackend
from links.domain.buckets.endpoints import SigningBucket
from links.domain.credentials import KeyPair
from links.domain.errors import HoldfastError
from links.domain.pasted.urls import read_pasted
from links.domain.sharing import EVERYTHING
from links.domain.viewers import OPERATOR
from links.models import Bucket, EncryptedValue, ShareLink, SigningKey
from links.net import http, openid
from links.s3 import bucket_config, identity, objects
from links.services.buckets import binding
from links.services.keys import proofs
from links.services.links import browse
from links.services.pasted import doctor, watch
from links.services.pasted.watch_many import watch_many
from links.services.validation import batches
from tests.leaks.plugin import detector

QUERY = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAEXAMPLE%2F20991231%2Fus-east-1%2Fs3%2Faws4_request"
QUERY += "&X-Amz-Date=20991231T000000Z&X-Amz-Expires=604800&X-Amz-SignedHeaders=host&X-Amz-Signature=" + "a" * 64
PAIR = KeyPair("AKIAEXAMPLE", "secret")

_numbers = count(1)


def make_key() -> SigningKey:
    """A key as it is before anybody asked who it is."""
    return SigningKey.objects.create(
        label=f"key {next(_numbers)}",
        access_key_id=f"AKIAMADE{next(_numbers):08}",
        secret=EncryptedValue.encrypt("secret"),
        endpoint="https://store.example",
        state="unproved",
        checked_at=datetime.now(UTC),
        check_due_at=datetime.now(UTC) + timedelta(days=1),
        created_at=datetime.now(UTC),
    )


def bind_by_hand(host: str) -> Bucket:
    """As somebody who writes to the database would: no check was asked."""
    return Bucket.objects.create(
        name=f"astray{next(_numbers)}", key=make_key(), endpoint=f"http://{host}", created_at=datetime.now(UTC)
    )


def _url(host: str, scheme: str = "http") -> str:
    return f"{scheme}://{host}/files/a?{QUERY}"


@contextmanager
def _named(host: str) -> Iterator[Bucket]:
    """While the host is a registered bucket's, so that nothing but its addresses can be against it."""
    bucket = bind_by_hand(host)
    try:
        yield bucket
    finally:
        ShareLink.objects.all().delete()
        bucket.delete()


def diagnose(host: str) -> None:
    with _named(host):
        doctor.check_url(read_pasted(_url(host)), OPERATOR, ask=True, now=datetime.now(UTC))


def watch_one(host: str) -> None:
    now = datetime.now(UTC)
    with _named(host):
        link = watch.watch_url(
            read_pasted(_url(host)), now + timedelta(days=1), scope=EVERYTHING, owner=OPERATOR, now=now
        ).link
        batches.validate_links([link.pk], lambda: datetime.now(UTC))


def watch_some(host: str) -> None:
    now = datetime.now(UTC)
    lines = [_url(host), _url(host, "https")]
    with _named(host):
        rows = watch_many(lines, now + timedelta(days=1), owner=OPERATOR, scope=EVERYTHING, now=now)
        batches.validate_links([row.done.link.pk for row in rows if row.done], lambda: datetime.now(UTC))


def add_bucket(host: str) -> None:
    bucket = binding.add_bucket(f"b{next(_numbers)}", make_key(), endpoint=f"https://{host}", now=datetime.now(UTC))
    binding.test_bucket(bucket, EVERYTHING, now=datetime.now(UTC))


def use_bucket(host: str) -> None:
    """What is done with a bucket that is there: tried, listed, read."""
    store = SigningBucket("files", PAIR.access_key_id, PAIR.secret, endpoint=f"http://{host}")
    for ask in (objects.test_bucket, objects.list_page, bucket_config.read_configuration):
        with suppress(HoldfastError):
            ask(store)
    with _named(host) as bucket:
        browse.list_folder(bucket, "", EVERYTHING)


def add_key(host: str) -> None:
    proofs.add_key(
        f"new {next(_numbers)}",
        f"AKIANEW{next(_numbers):09}",
        "secret",
        endpoint=f"http://{host}",
        now=datetime.now(UTC),
    )


def ask_for_keys(host: str) -> None:
    identity.list_keys(PAIR, endpoint=f"http://{host}")


def command_check_url(host: str) -> None:
    with _named(host):
        _command("check_url", _url(host), "--probe")


def command_watch_url(host: str) -> None:
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    with _named(host):
        _command("watch_url", _url(host), "--promised-until", until)
        batches.validate_links(list(ShareLink.objects.values_list("pk", flat=True)), lambda: datetime.now(UTC))


def command_add_bucket(host: str) -> None:
    _command("add_bucket", f"c{next(_numbers)}", "--key", make_key().label, "--endpoint", f"http://{host}")


def command_add_key(host: str) -> None:
    number = next(_numbers)
    _command("add_key", f"key {number}", "--access-key-id", f"AKIACMD{number:09}", "--endpoint", f"http://{host}",
             stdin="secret\n")  # fmt: skip


def call_webhook(host: str) -> None:
    for scheme in ("http", "https"):
        with suppress(HoldfastError, HTTPError):
            http.post(f"{scheme}://{host}/hook", b"{}", {}, seconds=1, room=100)


def _command(name: str, *arguments: str, stdin: str = "") -> None:
    before, sys.stdin = sys.stdin, io.StringIO(stdin)
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), suppress(CommandError, SystemExit):
            call_command(name, *arguments)  # as `manage.py` would, but that it closes no connection of ours
    finally:
        sys.stdin = before


ENTRANCES: dict[str, Callable[[str], None]] = {
    "doctor": diagnose,
    "watch": watch_one,
    "watch many": watch_some,
    "bucket endpoint": add_bucket,
    "bucket that is there": use_bucket,
    "key endpoint": add_key,
    "keys of a user": ask_for_keys,
    "check_url --probe": command_check_url,
    "watch_url": command_watch_url,
    "add_bucket": command_add_bucket,
    "add_key": command_add_key,
    "webhook": call_webhook,
}


def ping_monitor(host: str) -> None:
    http.get_status(f"http://{host}/ping", seconds=1)


def send_alert(host: str) -> None:
    for kind in ("json", "xml", "form", "ntfy", "gotify"):
        with suppress(DeliveryFailed):
            AppriseChannel(f"{kind}://{host}/a-token-of-the-suite").deliver(Message("key", "Subject", "Text"))
    for told in (host, unquote(host)):  # where Apprise reads no host in it, its parts are taken for secrets
        detector.forget_in(told)


def ask_provider(host: str) -> None:
    openid.discover(f"http://{host}")


def send_mail(host: str) -> None:
    with suppress(OSError):
        EmailBackend(host=host.strip("[]"), port=25, timeout=1).open()


SETTINGS: dict[str, Callable[[str], None]] = {
    "MONITOR_URL": ping_monitor,
    "ALERT_URLS": send_alert,
    "OIDC_ISSUER": ask_provider,
    "EMAIL_URL": send_mail,
}
"""The operator's own, which may be private; to link-local addresses and metadata services they lead no more than
others."""


def enter(entrance: Callable[[str], None], host: str) -> bool:
    """Whether it ended without an error of ours, or urllib3's for what cannot be reached; any other is raised."""
    try:
        entrance(host)
    except (HoldfastError, HTTPError):
        return False
    return True
