"""What Mozilla's HTTP Observatory asks of a site for an A+, of every kind of answer that there is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from links.models import ShareLink
from links.public import downloads
from tests.config.test_settings import read
from tests.fixtures import Setup, token_of

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

SIX_MONTHS = 15_768_000  # seconds, as the Observatory counts them
OF_DOORS = ("SECURE_", "SESSION_COOKIE", "CSRF_COOKIE", "LANGUAGE_COOKIE")


@pytest.fixture
def over_https(settings: Settings) -> None:
    """The settings of a site whose `BASE_URL` is https, as a process reads them."""
    for name, value in read({"BASE_URL": "https://share.example.com"}).items():
        if name.startswith(OF_DOORS):
            setattr(settings, name, value)
    settings.ALLOWED_HOSTS = ["testserver"]


def fail(error: Exception) -> Callable[..., NoReturn]:
    def raise_it(*_arguments: object) -> NoReturn:
        raise error

    return raise_it


@pytest.fixture
def answers(over_https: None, setup: Setup, monkeypatch: pytest.MonkeyPatch) -> dict[str, Answer]:
    plain, limited = setup.create_link(), setup.create_link()
    ShareLink.objects.filter(pk=limited.link.pk).update(download_limit=1)
    page, file = (f"/s/{token_of(link.url)}" for link in (limited, plain))
    User.objects.create_superuser("root", password="a good password")

    def ask(path: str, method: str = "get", client: Client | None = None, **more: Any) -> Answer:
        client = client or Client(raise_request_exception=False)
        answer: Answer = getattr(client, method)(path, secure=more.pop("secure", True), **more)
        if answer.streaming:
            answer.close()
        return answer

    staff, strict = Client(), Client(enforce_csrf_checks=True)
    signed_in = {"username": "root", "password": "a good password", "next": "/admin/"}
    found = {
        "sign-in page": ask("/admin/login/"),
        "signed in": ask("/admin/login/", "post", staff, data=signed_in),
        "front page": ask("/admin/", client=staff),
        "list": ask("/admin/links/sharelink/", client=staff),
        "history": ask(f"/admin/links/sharelink/{plain.link.pk}/history/", client=staff),
        "language": ask("/i18n/setlang/", "post", staff, data={"language": "ja"}),
        "page that takes presses": ask("/admin/links/sharelink/find/", client=staff),
        "message": ask(f"/admin/links/sharelink/{plain.link.pk}/validate/", client=staff),
        "staff 400": ask("/admin/links/sharelink/?p=x", client=staff),
        "staff 404": ask("/admin/nowhere/", client=staff),
        "staff 405": ask("/admin/links/sharelink/find/", "put", staff),
        "customer's page": ask(page),
        "press": ask(page, "post"),
        "redirect to the store": ask(file),
        "unknown token": ask("/s/nothing"),
        "unknown slug": ask("/f/nothing"),
        "nowhere": ask("/nowhere"),
        "wrong host": ask("/admin/", headers={"host": "elsewhere.example"}),
        "no CSRF token": ask(page, "post", strict),
        "405": ask("/health", "post"),
        "too much": ask("/ask", "post", data={"message": "x" * 5_100_000}),
        "health": ask("/health"),
        "style": ask("/static/holdfast/tokens.css"),
        "script": ask("/static/holdfast/zone.js"),
        "no such file": ask("/static/nothing.css"),
        "plain http": ask("/admin/", secure=False),
        "wrong host by http": ask("/admin/", secure=False, headers={"host": "elsewhere.example"}),
    }
    for name, error in {"500": RuntimeError("broken"), "503": OperationalError("connection refused")}.items():
        monkeypatch.setattr(downloads, "find_link", fail(error))
        found[name] = ask(page)
    return found


STATUSES = {
    "staff 400": 400,
    "wrong host": 400,
    "too much": 413,
    "no CSRF token": 403,
    "nowhere": 404,
    "staff 404": 404,
    "405": 405,
    "staff 405": 405,
    "500": 500,
    "503": 503,
    "plain http": 301,
    "redirect to the store": 302,
}


def test_every_answer_is_an_a_plus(answers: dict[str, Answer]) -> None:
    assert {name: answers[name].status_code for name in STATUSES} == STATUSES
    wrong = [f"{name}: {fault}" for name, answer in answers.items() for fault in find_faults(name, answer)]
    assert not wrong, "\n".join(wrong)


def find_faults(name: str, answer: Answer) -> Iterator[str]:
    yield from find_faults_of_policy(answer.get("Content-Security-Policy", ""))
    if answer.get("X-Content-Type-Options") != "nosniff" or answer.get("X-Frame-Options") != "DENY":
        yield "no nosniff, or frames"
    if answer.get("Referrer-Policy") not in ("same-origin", "no-referrer"):
        yield f"Referrer-Policy {answer.get('Referrer-Policy')}"
    for header in ("Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"):
        if answer.get(header) != "same-origin":
            yield f"{header}: {answer.get(header)}"
    if "Access-Control-Allow-Origin" in answer.headers:
        yield "read by other sites"
    seconds = int(answer.get("Strict-Transport-Security", "max-age=0").partition("=")[2].partition(";")[0])
    if "http" not in name and seconds < SIX_MONTHS:
        yield "no strict transport"
    yield from find_faults_of_cookies(answer)


def find_faults_of_policy(text: str) -> Iterator[str]:
    policy = {words[0]: words[1:] for words in map(str.split, text.split(";")) if words}
    sources = [source for values in policy.values() for source in values]
    if any("unsafe" in source or source in ("*", "http:", "https:") for source in sources):
        yield "a policy that lets in what it should not"
    if not {"default-src", "script-src", "style-src", "object-src", "base-uri", "form-action"} <= policy.keys():
        yield "no whole policy"
    if "data:" in policy.get("script-src", []) or policy.get("frame-ancestors") != ["'none'"]:
        yield "scripts, or frames, of others"


def find_faults_of_cookies(answer: Answer) -> Iterator[str]:
    for cookie in answer.cookies.values():
        kept = (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"])
        is_kept = bool(cookie.value)  # one that is taken away says less
        if not cookie.key.startswith("__Host-") or (is_kept and kept != (True, True, "Lax", "/", "")):
            yield f"cookie {cookie.key} {kept}"


def test_each_cookie_of_the_site_was_seen(answers: dict[str, Answer]) -> None:
    names = {name.partition("-grant-")[0] for answer in answers.values() for name in answer.cookies}
    of_django = {"__Host-sessionid", "__Host-csrftoken", "__Host-messages", "__Host-django_language"}
    assert names == of_django | {"__Host-browser", "__Host"}  # and a grant


def test_plain_http_leads_to_https_of_the_same_host_first(answers: dict[str, Answer]) -> None:
    assert answers["plain http"]["Location"] == "https://testserver/admin/"


def test_every_body_says_its_type_and_text_its_encoding(answers: dict[str, Answer]) -> None:
    types = {name: answer.get("Content-Type", "") for name, answer in answers.items() if has_body(answer)}
    assert len(types) >= 20
    encoded = re.compile(r"text/(html|plain|css|javascript); charset=\"?utf-8\"?|application/json")
    assert {name: told for name, told in types.items() if not encoded.fullmatch(told)} == {}


def has_body(answer: Answer) -> bool:
    return answer.streaming or bool(answer.content)


def test_no_script_or_style_comes_from_elsewhere(answers: dict[str, Answer]) -> None:
    for name in ("sign-in page", "front page", "list", "customer's page", "500", "503", "wrong host"):
        page = answers[name].content.decode()
        for attribute in ('src="http', 'src="//', 'rel="stylesheet" href="http', "<style", "style=", " onclick="):
            assert attribute not in page, (name, attribute)
