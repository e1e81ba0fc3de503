import json
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.db import OperationalError
from django.test import Client

from links.models import Heartbeat, IncidentNotice
from links.models.incidents.incidents import Incident
from links.public import views
from links.queries.health import SILENT_AFTER, STOPPED_AFTER, VALIDATE


def test_health_is_good_while_somebody_validates(client: Client, db: None, now: datetime) -> None:
    Heartbeat.record(VALIDATE, now)
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "watching"
    assert 0 <= answer.json()["last_validation_age"] < 60
    assert answer.json()["oldest_undelivered_notice_age"] is None


def test_health_fails_when_the_watch_has_stopped(client: Client, db: None, now: datetime) -> None:
    Heartbeat.record(VALIDATE, now - STOPPED_AFTER)
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json()["status"] == "watch-stopped"


def test_health_says_that_a_worker_fell_silent_before_it_fails(client: Client, db: None, now: datetime) -> None:
    Heartbeat.record(VALIDATE, now - SILENT_AFTER)
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "worker-silent")
    assert 60 <= answer.json()["last_sign_of_life_age"] < 120


def test_health_of_a_new_site_is_that_nobody_has_begun_yet(client: Client, db: None) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "not-started")


def test_health_tells_the_age_of_the_oldest_notice_that_nobody_got(client: Client, db: None, now: datetime) -> None:
    incident = Incident.objects.create(
        code="key-unknown", subject="AKIA", verdict="broken", opened_at=now, changed_at=now
    )
    IncidentNotice.objects.create(incident=incident, kind="opened", channel="mail", created_at=now - timedelta(hours=2))
    age = client.get("/health").json()["oldest_undelivered_notice_age"]
    assert 7200 <= age < 7260


def test_health_without_a_database_says_that(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(now: datetime) -> None:
        raise OperationalError

    monkeypatch.setattr(views, "read_health", fail)
    answer = client.get("/health")
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert json.loads(answer.content) == {"status": "database-unavailable"}


def test_the_front_door_leads_to_the_staffs_pages(client: Client) -> None:
    assert client.get("/")["Location"] == "/admin/"
    assert urlsplit(client.get("/favicon.ico")["Location"]).path.endswith("logo.svg")
