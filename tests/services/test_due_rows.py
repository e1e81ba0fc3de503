"""One bad row, or one bad store, keeps no other row from its turn; and what waits for too long is seen."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from links.domain.judging.claims import SET_ASIDE_AFTER
from links.domain.link_mails import LinkMailKind
from links.models import Bucket, Heartbeat, Incident, IncidentNotice, LinkMail, ShareLink, SigningKey
from links.queries.health import MAX_DUE_AGE, MAX_RETRIED_AGE, VALIDATE, read_health
from links.services import heartbeat
from links.services.buckets import configuration
from links.services.incidents import notices as tell
from links.services.keys import proofs
from links.services.links import reminders
from links.services.mail import link_mails, outbox
from links.services.mail.link_mails import deliver_due, write_to_owner
from tests.site_settings import SiteSettings

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
A_MOMENT = timedelta(seconds=1)


def recurse(*_: object) -> None:
    recurse()


def killed(*_: object) -> None:
    """What cannot be caught: the worker is gone, and wrote nothing more."""
    raise KeyboardInterrupt


def fail_at(name: str, fail: Callable[..., object], step: Callable[..., object]) -> Callable[..., object]:
    def step_or_fail(subject: object, *others: object) -> object:
        if name in str(subject):
            fail()
        return step(subject, *others)

    return step_or_fail


@pytest.fixture
def rows(db: None) -> list[SigningKey]:
    """Five keys and their buckets, all due; the first is the odd one."""
    made = [
        SigningKey.objects.create(label=f"key {n}", access_key_id=f"AKIA{n}", created_at=NOW, check_due_at=NOW)
        for n in range(5)
    ]
    for number, key in enumerate(made):
        Bucket.objects.create(name=f"bucket {number}", key=key, created_at=NOW)
    return made


def test_a_key_whose_store_answers_in_nonsense_keeps_no_other_from_its_proof(
    rows: list[SigningKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    proved: list[SigningKey] = []
    monkeypatch.setattr(proofs, "prove_key", fail_at("key 0", recurse, lambda key, _: proved.append(key)))
    assert proofs.prove_due_keys(NOW) == 5
    assert sorted(proved, key=lambda key: key.pk) == rows[1:]


def test_a_key_that_kills_its_worker_stands_behind_the_others_next_time(
    rows: list[SigningKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    proved: list[SigningKey] = []
    monkeypatch.setattr(proofs, "prove_key", fail_at("key 0", killed, lambda key, _: proved.append(key)))
    with pytest.raises(KeyboardInterrupt):
        proofs.prove_due_keys(NOW)
    assert proofs.prove_due_keys(NOW) == 4
    assert sorted(proved, key=lambda key: key.pk) == rows[1:]
    assert SigningKey.objects.due(NOW + proofs.ASK_AGAIN).first() == rows[0]


def test_a_bucket_whose_store_answers_in_nonsense_or_kills_keeps_no_other_from_being_read(
    rows: list[SigningKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    read_one = fail_at("bucket 1", recurse, lambda bucket, *_: read.append(bucket.name))
    monkeypatch.setattr(configuration, "read_configuration", fail_at("bucket 0", killed, read_one))
    with pytest.raises(KeyboardInterrupt):
        configuration.read_due_configurations(NOW)
    assert configuration.read_due_configurations(NOW) == 4
    assert read == ["bucket 2", "bucket 3", "bucket 4"]
    assert configuration.read_due_configurations(NOW) == 0
    with pytest.raises(KeyboardInterrupt):
        configuration.read_due_configurations(NOW + configuration.TRY_AGAIN)


@pytest.fixture
def mika(db: None) -> User:
    return User.objects.create_user("mika", "mika@example.com")


def make_link(owner: User | None = None, **fields: object) -> ShareLink:
    until = NOW + timedelta(days=3)
    return ShareLink.objects.create(
        delivery="stable", owner=owner, asked_until=until, promised_until=until, created_at=NOW, **fields
    )


def test_a_reminder_that_fails_or_kills_keeps_no_other_from_being_written(
    mika: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = [make_link(mika, remind_at=NOW, object_key=f"{n}.pdf") for n in range(4)]
    write = fail_at("1.pdf", recurse, write_to_owner)
    monkeypatch.setattr(reminders, "write_to_owner", fail_at("0.pdf", killed, write))
    with pytest.raises(KeyboardInterrupt):
        reminders.remind_of_endings(NOW)
    assert reminders.remind_of_endings(NOW) == 2
    assert list(LinkMail.objects.order_by("pk").values_list("link", flat=True)) == [links[2].pk, links[3].pk]
    monkeypatch.undo()
    assert reminders.remind_of_endings(NOW + reminders.TRY_AGAIN) == 2


def count_deliveries(rounds: int, deliver: Callable[[datetime], object]) -> datetime:
    """Deliver again and again as leases run out; when the last round was."""
    at = NOW + timedelta(minutes=1)
    for _ in range(rounds):
        try:
            deliver(at)
        except KeyboardInterrupt:
            continue
        at += outbox.LEASE
    return at


def test_a_letter_that_kills_its_worker_is_tried_alone_and_fails_while_the_others_arrive(
    mika: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, *sound = [mail for _ in range(4) for mail in write_to_owner(make_link(mika), LinkMailKind.ENDING, NOW)]
    assert bad is not None
    compose = link_mails.compose

    def compose_or_die(letter: LinkMail, now: datetime) -> link_mails.Text:
        if letter.pk == bad.pk:
            raise KeyboardInterrupt
        return compose(letter, now)

    monkeypatch.setattr(link_mails, "compose", compose_or_die)
    at = count_deliveries(14, lambda at: deliver_due(lambda: at))
    assert len(mail.outbox) == len(sound)
    bad.refresh_from_db()
    assert (bad.last_error, bad.delivered_at) == (outbox.WORKER_LOST, None)
    assert bad.claim_count >= SET_ASIDE_AFTER
    assert bad.attempts >= 1
    monkeypatch.undo()
    deliver_due(lambda: at + outbox.LEASE)
    assert deliver_due(lambda: at + timedelta(hours=2)) == 1


def test_a_notice_that_kills_its_worker_is_tried_alone_and_fails_while_the_others_arrive(
    db: None, site_settings: SiteSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    site_settings.ALERT_MAILS = ["ops@example.com"]
    notices = []
    for subject in ("bad", "one", "two"):
        incident = Incident.objects.create(
            code="key-unknown", subject=subject, verdict="broken", opened_at=NOW, changed_at=NOW
        )
        notices += [
            IncidentNotice.objects.create(incident=incident, kind="opened", channel="mail", created_at=NOW, due_at=NOW,
                                  key=uuid.uuid4())
        ]  # fmt: skip
    monkeypatch.setattr(tell, "compose", fail_at("bad", killed, tell.compose))
    monkeypatch.setattr(IncidentNotice, "__str__", lambda notice: notice.incident.subject)
    count_deliveries(12, lambda at: tell.deliver_due(lambda: at))
    assert IncidentNotice.objects.filter(delivered_at__isnull=False).count() == 2
    bad = notices[0]
    bad.refresh_from_db()
    assert (bad.last_error, bad.delivered_at) == (outbox.WORKER_LOST, None)


def test_what_there_was_no_time_for_was_not_claimed_in_vain(mika: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        write_to_owner(make_link(mika), LinkMailKind.ENDING, NOW)
    monkeypatch.setattr(outbox, "BEGIN_SECONDS", -1.0)
    assert deliver_due(lambda: NOW) == 0
    assert set(LinkMail.objects.values_list("claim_count", "lease_id")) == {(0, None)}


def test_a_table_that_cannot_be_tidied_keeps_no_other_from_it(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    forget = heartbeat._delete_oldest

    def fail_at_validations(rows: object, is_old: object) -> int:
        if "validation" in str(getattr(rows, "model", "")).lower():
            recurse()
        return forget(rows, is_old)  # type: ignore[arg-type]

    monkeypatch.setattr(heartbeat, "_delete_oldest", fail_at_validations)
    LinkMail.objects.create(
        link=make_link(), kind="ending", to="a@example.com", created_at=NOW - 2 * heartbeat.KEEP_LINK_MAILS, due_at=None
    )
    assert heartbeat.delete_expired(NOW) == 1


# What waits for too long ----------------------------------------------------------------------------------------


def let_wait(what: str, since: datetime, user: User) -> None:
    link = make_link(user, **{what: since} if what in ("due_at", "remind_at") else {})
    if what == "letter":
        LinkMail.objects.create(link=link, kind="ending", to="a@example.com", created_at=since, due_at=since)
    if what == "key":
        SigningKey.objects.create(label="key", access_key_id="AKIA", created_at=NOW, check_due_at=since)
    if what == "notice":
        incident = Incident.objects.create(
            code="key-unknown", subject=str(since), verdict="broken", opened_at=NOW, changed_at=NOW
        )
        IncidentNotice.objects.create(incident=incident, kind="opened", channel="mail", created_at=since, due_at=since)


@pytest.mark.parametrize(
    ("what", "within"),
    [
        ("due_at", MAX_DUE_AGE),
        ("letter", MAX_DUE_AGE),
        ("notice", MAX_DUE_AGE),
        ("remind_at", MAX_RETRIED_AGE),
        ("key", MAX_RETRIED_AGE),
    ],
)
def test_work_that_has_been_due_for_too_long_is_seen_though_the_validator_runs(
    admin_client: Client, admin_user: User, now: datetime, what: str, within: timedelta
) -> None:
    Heartbeat.record(VALIDATE, now)
    let_wait(what, now - within + timedelta(minutes=1), admin_user)
    answer = admin_client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "watching")
    assert within.total_seconds() - 60 <= answer.json()["oldest_due_age"] < within.total_seconds()
    let_wait(what, now - within, admin_user) if what != "key" else SigningKey.objects.update(check_due_at=now - within)
    answer = admin_client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "overdue")
    page = admin_client.get("/admin/").content.decode()
    assert "Work is delayed" in page
    assert "has not been done" in page


def test_a_notice_that_waits_for_an_earlier_one_is_not_late(db: None) -> None:
    incident = Incident.objects.create(code="key-unknown", subject="a", verdict="broken", opened_at=NOW, changed_at=NOW)
    for kind, due_at in (("opened", NOW + timedelta(hours=1)), ("resolved", NOW - timedelta(hours=1))):
        IncidentNotice.objects.create(incident=incident, kind=kind, channel="mail", created_at=NOW, due_at=due_at)
    assert read_health(NOW).oldest_due_at is None
