"""A storage whose links a Holdfast elsewhere keeps: by a server that answers as none should, and by a real one."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from links.domain.errors import HoldfastError, Refused, Unavailable
from links.domain.people.token_texts import write_token
from links.domain.reasons import Reason
from links.models import AuditRecord, ShareLink
from links.storage import StableLinkStorage
from links.storage.elsewhere import LinksElsewhere
from tests.api.programs import make_program
from tests.fake_receivers import HOST, WebhookReceiver, closed_port
from tests.fixtures import World
from tests.strict_s3 import StrictS3

ROOT = Path(__file__).resolve().parents[2]
TOKEN = write_token("a" * 16, "b" * 43)


@pytest.fixture
def holdfast(settings: Settings) -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as server:
        settings.HOLDFAST_URL, settings.HOLDFAST_TOKEN = f"http://{HOST}:{server.port}", TOKEN
        yield server


def build() -> LinksElsewhere:
    terms = {"lifetime": "1 year", "purpose": "shop", "password": "", "customer": ""}
    return LinksElsewhere("files", "", "eu-central-1", **terms)


def answer(holdfast: WebhookReceiver, *results: dict[str, Any]) -> None:
    holdfast.body = json.dumps({"results": results}).encode()


def test_one_request_with_the_token_asks_for_up_to_a_thousand(holdfast: WebhookReceiver) -> None:
    keys = [f"年次 {number}.pdf" for number in range(1001)]
    answer(holdfast, *[{"url": f"https://share.example.com/s/{number}"} for number in range(1000)])
    found = build().find_or_create(keys)
    first, second = holdfast.calls
    assert (first.path, first.headers["Authorization"]) == ("/api/v1/links/for-objects", f"Bearer {TOKEN}")
    sent = json.loads(first.body)
    assert (sent["object_keys"], sent["bucket"], sent["region"]) == (keys[:1000], "files", "eu-central-1")
    assert json.loads(second.body)["object_keys"] == keys[1000:]
    assert found[keys[7]] == "https://share.example.com/s/7"
    assert reason_of(found[keys[1000]]) is Reason.HOLDFAST_UNANSWERED  # a thousand results for one key


def reason_of(found: str | HoldfastError) -> Reason:
    assert isinstance(found, HoldfastError)
    return found.reason


def test_what_was_refused_for_one_is_told_in_the_words_of_the_answer(holdfast: WebhookReceiver) -> None:
    problem = {"code": "object-missing", "status": 422, "detail": "There is no such file."}
    unknown = {"code": "of-a-later-version", "status": 422, "detail": "Something new."}
    answer(holdfast, {"problem": problem}, {"problem": unknown}, {"url": "javascript:alert(1)"})
    found = build().find_or_create(["a", "b", "c"])
    assert isinstance(found["a"], Refused)
    assert str(found["a"]) == "There is no such file. (object-missing)"
    assert str(found["b"]).startswith("Something new.")
    assert reason_of(found["c"]) is Reason.HOLDFAST_UNANSWERED


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (200, b"<html>a sign-in page</html>", "holdfast-unanswered"),
        (200, b"[]", "holdfast-unanswered"),
        (200, b'{"results": []}', "holdfast-unanswered"),
        (200, b"x" * 17 * 1024 * 1024, "holdfast-unanswered"),
        (404, b"{}", "holdfast-unanswered"),
        (401, b'{"code": "token-not-accepted", "status": 401, "detail": "No."}', "token-not-accepted"),
        (503, b'{"code": "database-unavailable", "status": 503, "detail": "Later."}', "database-unavailable"),
    ],
)
def test_a_request_that_failed_is_the_answer_for_each_and_not_made_again_at_once(
    holdfast: WebhookReceiver, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes, code: str
) -> None:
    holdfast.status, holdfast.body = status, body
    links = build()
    found = [*links.find_or_create(["a", "b"]).values(), *links.find_or_create(["c"]).values()]
    assert [reason_of(each).code for each in found] == [code] * 3
    assert isinstance(found[0], Unavailable) is (code != "token-not-accepted")
    assert len(holdfast.calls) == 1
    assert TOKEN not in str(found[0])
    later = monotonic() + 11
    monkeypatch.setattr("links.storage.elsewhere.monotonic", lambda: later)
    links.find_or_create(["a"])
    assert len(holdfast.calls) == 2


def test_no_redirect_takes_the_token_elsewhere(holdfast: WebhookReceiver) -> None:
    with WebhookReceiver() as other:
        holdfast.status, holdfast.location = 307, f"http://{HOST}:{other.port}/"
        assert reason_of(build().find_or_create(["a"])["a"]) is Reason.HOLDFAST_UNANSWERED
        assert other.calls == []


def test_a_page_stands_where_holdfast_is_away(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("links.storage.apps.is_installed", lambda _name: False)
    storage = StableLinkStorage(
        access_key="AKIAIOSFODNN7EXAMPLE", secret_key="k" * 40, bucket_name="files", region_name="eu-central-1",
        lifetime="1 year",
    )  # fmt: skip
    with closed_port() as port:
        settings.HOLDFAST_URL, settings.HOLDFAST_TOKEN = f"http://localhost:{port}", TOKEN
        storage.prefetch(["a.pdf", "b.pdf"])
        assert [storage.url("a.pdf"), storage.url("b.pdf")] == ["", ""]
    assert "holdfast-unanswered" in caplog.text
    assert TOKEN not in caplog.text
    with pytest.raises(Unavailable, match="Check HOLDFAST_URL"):
        storage.find_url("a.pdf")


@pytest.mark.parametrize(
    ("url", "token", "told"),
    [
        ("", TOKEN, "INSTALLED_APPS.*HOLDFAST_URL"),
        ("http://share.example.com", TOKEN, "https://"),
        ("http://10.0.0.7:8000", TOKEN, "https://"),
        ("https://share.example.com/api", TOKEN, "site's address"),
        ("https://share.example.com", "", "HOLDFAST_TOKEN must be"),
        ("https://share.example.com", "a secret\r\nHost: x", "HOLDFAST_TOKEN must be"),
    ],
)
def test_settings_that_cannot_be_are_refused_with_what_to_write(
    settings: Settings, url: str, token: str, told: str
) -> None:
    settings.HOLDFAST_URL, settings.HOLDFAST_TOKEN = url, token
    with pytest.raises(ImproperlyConfigured, match=told) as refused:
        build()
    assert "a secret" not in str(refused.value)


SHOP = """
import json, os, sys
import django
from django.conf import settings

options = json.loads(os.environ["OPTIONS"])
settings.configure(INSTALLED_APPS=["shop"], STORAGES={"default": {
    "BACKEND": "links.storage.StableLinkStorage", "OPTIONS": options}})
django.setup()
from django.core.files.storage import storages
from shop.models import Document

names = json.loads(os.environ["NAMES"])
storages["default"].prefetch(names)
urls = [Document(file=name).file.url for name in names]
print(json.dumps([urls, sorted(name for name in sys.modules if name.startswith("links.models"))]))
"""
MODELS = """
from django.db import models

class Document(models.Model):
    file = models.FileField()
"""


@pytest.fixture
def world(db: None, strict_s3: StrictS3) -> World:
    return World.build(strict_s3, "files", *[f"scans/{number} ü.png" for number in range(300)])


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_project_without_links_asks_once_for_the_urls_of_a_page(
    world: World, live_server: LiveServer, tmp_path: Path
) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").touch()
    (tmp_path / "shop" / "models.py").write_text(MODELS)
    (tmp_path / "token").write_text(f"{make_program().token}\n")
    options = {
        "access_key": world.access.id, "secret_key": world.access.secret, "bucket_name": "files",
        "region_name": world.bucket.region or None, "endpoint_url": world.s3.url, "addressing_style": "path",
        "lifetime": "1 year",
    }  # fmt: skip
    names = [f"scans/{number} ü.png" for number in range(300)]
    environment = {
        "PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{tmp_path}", "OPTIONS": json.dumps(options),
        "NAMES": json.dumps([*names, "missing.png"]), "HOLDFAST_URL": live_server.url,
        "HOLDFAST_TOKEN_FILE": str(tmp_path / "token"),
    }  # fmt: skip

    def run() -> list[str]:
        ran = subprocess.run(
            [sys.executable, "-c", SHOP], env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert ran.returncode == 0, ran.stderr
        urls, models = json.loads(ran.stdout)
        assert models == []
        assert "object-missing" in ran.stderr
        return list(urls)

    made = run()
    assert made[-1] == ""
    assert len(set(made)) == 301
    assert ShareLink.objects.filter(purpose="storage").count() == 300
    assert Client().get(made[7].removeprefix("http://holdfast.test")).status_code == 302
    revealed = AuditRecord.objects.filter(act="urls-revealed")
    assert not revealed.exists()
    assert run() == made
    assert revealed.count() == 1  # of 300 links, by one request
