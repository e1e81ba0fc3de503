"""All that the product does, with an error in the middle of each step: no secret is left anywhere, however written.

What the steps log, store, send and show is asked by tests/leaks/ after each test; here the errors are made, and what
lies in the database, in Redis and in the lists of processes at the end is searched for secrets.
"""

import json
import os
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings
from redis import Redis as RedisClient

from config.celery import app
from demo.servers import Redis
from links import tasks
from links.domain.events.kinds import EventKind
from links.models import EncryptedValue, IdempotencyKey, ShareLink, SigningKey, Webhook, WebhookMessage
from links.services import queue
from tests.admin.link_pages import fill, page_of, sign
from tests.api.programs import Program, make_program
from tests.fake_receivers import HOST, MailReceiver, WebhookReceiver, send_mail_to
from tests.fixtures import OBJECT, Setup, lose_the_file
from tests.leaks.plugin import detector
from tests.management.running import Runner
from tests.services.webhooks.hearing import add_webhook, read_address
from tests.site_settings import SiteSettings

PASSWORD = "lighthouse by the harbour"
MAIL_PASSWORD = "mail-Pa55word-0f-the-suite"
ALERT_TOKEN = "aLeRtT0kenOfTheSuite4711"
ADDRESS_TOKEN = "aDdre55T0kenOfTheSuite0815"
TASKS = (
    *("validate_due_links", "deliver_notices", "deliver_link_mails", "deliver_webhooks", "prove_due_keys"),
    "ping_monitor",
)
OPEN = EncryptedValue.open  # also where opening fails
STEPS = [
    None,
    "django.db.models.Model.save",
    "django.db.models.query.QuerySet.create",
    "links.channels.mail._write",
    "links.services.api.idempotency.keep_answer",
    "links.models.fields.EncryptedValue.open",
    "links.s3.storage.IamUserS3Storage.sign",
    "links.services.click_signing.OpenBuckets.open",
    "links.services.links.creation.check_password_of",
    "links.services.pasted.watch.digest",
    "links.services.validation.record.record",
    "links.services.visits.clicks.sign_as_click",
    "links.services.webhooks.calls.Call._sign",
    "links.services.webhooks.webhooks.record",
    "links.services.password_hashing.check_password",
]


@pytest.fixture
def receivers(settings: Settings, site_settings: SiteSettings) -> Iterator[WebhookReceiver]:
    with MailReceiver() as mails, WebhookReceiver(status=500) as webhook:
        send_mail_to(settings, mails.port, username="site", password=MAIL_PASSWORD)  # which this server refuses
        site_settings.ALERT_MAILS = ["ops@example.com"]
        site_settings.ALERT_URLS = [webhook.apprise_url(f"hook/{ALERT_TOKEN}?+X-Token={ALERT_TOKEN}")]
        site_settings.MONITOR_URL = f"http://127.0.0.1:{webhook.port}/ping/{ALERT_TOKEN}"
        detector.learn("a mail server's password", MAIL_PASSWORD)
        detector.learn("a part of an alert URL", ALERT_TOKEN)
        yield webhook


def live(setup: Setup, client: Client, staff: Client, program: Program, receiver: WebhookReceiver) -> list[int]:
    """Whatever staff and customers do with secrets; the statuses of the answers."""
    answers = list[int]()

    def do(act: Callable[[], object]) -> None:
        try:
            answers.append(getattr(act(), "status_code", 0))
        except (RuntimeError, AssertionError):
            answers.append(500)

    address = f"http://{HOST}:{receiver.port}/hook/{ADDRESS_TOKEN}"
    hook = {"name": "orders", "address": address, "kinds": [kind.value for kind in EventKind]}
    do(partial(staff.post, "/admin/links/webhook/add/", hook))
    for webhook in Webhook.objects.all():
        for page in ("test", "rotate"):
            do(partial(staff.post, f"/admin/links/webhook/{webhook.pk}/{page}/"))
    order = {"bucket": setup.bucket.pk, "object_key": OBJECT, "lifetime": "1 day"}
    for _time in range(2):
        do(partial(program.post, "/links", order, Idempotency_Key="order 17"))
    session = setup.s3.assume_role("app", "session")
    url, ours = setup.s3.presigner(session, setup.stored).v4("reports/年次 report.pdf"), sign(setup)
    for pasted in (url, ours):
        entered = {"url": pasted, "promised_until": "2027-01-01"}
        do(partial(staff.post, "/admin/links/doctor/", entered))
        do(partial(staff.post, "/admin/links/sharelink/watch/", {**entered, "save": "1"}))
    do(lambda: staff.post("/admin/links/sharelink/add/", fill(setup, password=PASSWORD, download_limit="3")))
    do(lambda: staff.post("/admin/links/sharelink/add/", fill(setup, delivery="presigned", lifetime="1 day")))
    do(lambda: staff.post("/admin/links/sharelink/add/", fill(setup)))
    secret = {"label": "more", "access_key_id": setup.access_key.id, "secret": setup.access_key.secret}
    do(lambda: staff.post("/admin/links/signingkey/add/", {**secret, "endpoint": setup.s3.url, "region": ""}))
    do(lambda: staff.post(f"/admin/links/signingkey/{setup.key.pk}/secret/", secret))
    for link in ShareLink.objects.exclude(token=None):
        assert link.token is not None
        token = OPEN(link.token)
        do(partial(client.get, f"/s/{token}"))
        pressed = client.post(f"/s/{token}", {"password": PASSWORD})
        answers.append(pressed.status_code)
        granted = pressed.headers.get("Location", "/").partition("?")[0]
        do(partial(client.get, granted))
        do(partial(client.get, f"{granted}file"))
        do(partial(client.get, f"/s/{token}/nothing"))
    for link in ShareLink.objects.all():
        do(partial(staff.post, page_of(link, "url")))
        do(partial(staff.post, page_of(link, "validate")))
        do(partial(staff.post, page_of(link, "edit"), {"password": PASSWORD}))
    for name in TASKS:
        getattr(tasks, name).apply()
    return answers


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS, ids=lambda step: (step or "none").rpartition("links.")[2])
def test_an_error_at_any_step_gives_nothing_away(
    step: str | None,
    setup: Setup,
    client: Client,
    admin_client: Client,
    settings: Settings,
    receivers: WebhookReceiver,
) -> None:
    settings.DEBUG = STEPS.index(step) % 2 == 1
    for browser in (client, admin_client):
        browser.raise_request_exception = False
    link = setup.create_link(lifetime="7 days").link
    program = make_program()
    lose_the_file(setup)
    with pytest.MonkeyPatch.context() as patch:
        if step is not None:
            fail_behind(patch, step)
        answers = live(setup, client, admin_client, program, receivers)
    assert len(answers) > 10
    if step is None:
        assert WebhookMessage.objects.filter(status=500, event__kind="link.made").exists()
        assert IdempotencyKey.objects.exclude(answer=None).exists()
    link.refresh_from_db()
    detector.hear("a dump of the database", *dump_database())


def fail_behind(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """It does its work, and fails then, with all that it knows in the frames of the traceback."""
    owner, _, name = step.rpartition(".")
    holder = pkgutil.resolve_name(owner)
    call = getattr(holder, name)

    def failing(*given: object, **more: object) -> object:
        answer = call(*given, **more)
        raise RuntimeError("forced", type(answer).__name__)

    monkeypatch.setattr(holder, name, failing)


def dump_database() -> Iterator[str]:
    """Every row of every table, as text and as bytes."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                for value in row:
                    if isinstance(value, bytes | memoryview):
                        yield bytes(value).decode(errors="replace")
                    yield str(value)


@pytest.mark.django_db(transaction=True)
def test_redis_and_the_lists_of_processes_hold_no_secret(
    setup: Setup, redis_server: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch, admin_client: Client
) -> None:
    monkeypatch.setenv("CELERY_BROKER_URL", redis_server.url)  # which Celery reads each time, before its settings
    monkeypatch.setattr(app, "_pool", None)
    link = setup.create_link().link
    admin_client.post("/admin/links/sharelink/add/", fill(setup, password=PASSWORD))
    assert queue.enqueue_now("validate_links", [link.pk])
    with RedisClient.from_url(redis_server.url) as kept:
        names = kept.keys("*")
        assert names
        for name in names:
            dumped = kept.dump(name)
            detector.hear("Redis", name, dumped, *kept.lrange(name, 0, -1) if kept.type(name) == b"list" else ())
    for told in list_own_commands():
        detector.hear("a list of processes", told)


def list_own_commands() -> Iterator[str]:
    """The arguments of this process and of all that it has started."""
    ours, parents = {os.getpid()}, dict[int, int]()
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
    while found := {process for process, parent in parents.items() if parent in ours} - ours:
        ours |= found
    for process in ours:
        with suppress(OSError):
            yield Path(f"/proc/{process}/cmdline").read_text().replace("\0", "\n")


@pytest.mark.django_db(transaction=True)
def test_commands_print_no_secret_but_the_link_that_was_asked_for(setup: Setup, run: Runner) -> None:
    link = setup.create_link(lifetime="7 days").link
    secret = setup.access_key.secret
    told = [
        run("add_key", "again", "--access-key-id", setup.access_key.id, "--endpoint", setup.s3.url, stdin=secret),
        run("set_secret", setup.key.label, stdin=secret),
        run("set_secret", setup.key.label, stdin=f"{secret}x"),
        run("check_url", "-", stdin=sign(setup)),
        run("validate_links", "--all"),
        run("list_incidents"),
        run("rotate_encryption_keys"),
    ]
    assert {ran.code for ran in told} <= {0, 1, 2}
    run("watch_url", "-", "--promised-until", "2027-01-01", stdin=sign(setup))  # which tells its asker the URL again
    for ran in told:
        detector.hear("a command", ran.out, ran.err)
    assert link.token is not None
    assert link.token.open() not in "".join(ran.out + ran.err for ran in told)


def test_what_the_detector_is_told_it_finds(setup: Setup, receivers: WebhookReceiver) -> None:
    """Of each kind, so that none of the tests above is blind."""
    link, session = setup.create_link().link, setup.s3.assume_role("app", "session")
    hook = add_webhook(receivers)
    made = {"bucket": setup.bucket.pk, "object_key": OBJECT, "lifetime": "1 day"}
    answer = make_program().post("/links", made, Idempotency_Key="order 17").body
    kept = IdempotencyKey.objects.get().answer
    assert kept is not None
    kinds = {
        hook.secret: "what is encrypted at rest",
        read_address(hook.webhook).partition(str(hook.webhook.host))[2]: "a webhook's address",
        json.loads(kept.open())["body"]: "an answer that was kept",
        answer["url"].rpartition("/")[2]: "a link's token",
        setup.access_key.secret: "an access secret",
        session.token: "a session token",
        link.token.open(): "a link's token",  # type: ignore[union-attr]
        sign(setup)[-64:]: "a presigned URL",
    }
    for secret, kind in kinds.items():
        detector.told.clear()
        detector.hear("the test", f"told {secret.encode().hex()}")
        assert any(kind in leak for leak in detector.find_leaks())
    secret = SigningKey.objects.get().secret
    assert secret is not None
    detector.hear("the test", str(secret), repr(secret), secret.ciphertext)
    assert detector.find_leaks() == []
