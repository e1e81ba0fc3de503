"""Whatever a provider says or answers instead of what it should, nobody is signed in."""

import gzip
import socket
import threading
from contextlib import suppress
from time import monotonic, sleep

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from links.models import SignIn
from links.net import openid
from tests.admin.sign_in.single_sign_on import (
    BEGIN,
    answer_by,
    configured,
    is_signed_in,
    liar,
    read,
)
from tests.providers.identity_provider import CLIENT_ID, CLIENT_SECRET
from tests.providers.lying_provider import OTHER_KEY, LyingProvider
from tests.site_settings import SiteSettings

__all__ = ["configured", "liar"]

LIES = {
    "wrong issuer": {"iss": "https://id.example.com"},
    "no issuer": {"iss": None},
    "another audience": {"aud": "somebody-else"},
    "no audience": {"aud": None},
    "for several, and not by us": {"aud": [CLIENT_ID, "else"], "azp": "else"},
    "for several, and by nobody": {"aud": [CLIENT_ID, "else"]},
    "by another party": {"azp": "else"},
    "another nonce": {"nonce": "x" * 43},
    "no nonce": {"nonce": None},
    "a nonce that is no text": {"nonce": 7},
    "a nonce beyond ASCII": {"nonce": "é"},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject that is a number": {"sub": 7},
    "a subject with a line end": {"sub": "1\n2"},
    "an endless subject": {"sub": "1" * 256},
    "no end": {"exp": None},
    "an end that is no number": {"exp": "soon"},
    "an end beyond all times": {"exp": float("inf")},
    "not made": {"iat": None},
    "made in a day": {"iat": 4_000_000_000},
    "not yet good": {"nbf": 4_000_000_000},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_token_that_says_anything_else_signs_nobody_in(lie: dict[str, object], liar: LyingProvider) -> None:
    liar.claims |= lie
    client = Client()
    response = answer_by(liar, client)
    assert response.status_code == 502
    assert "could not be trusted" in read(response)
    assert not is_signed_in(client)
    row = SignIn.objects.get()
    assert (row.kind, row.outcome, row.user) == ("single-sign-on", "refused", None)
    assert not User.objects.exists()


def test_a_token_that_is_over_says_to_sign_in_again(liar: LyingProvider) -> None:
    liar.claims |= {"exp": 1_000_000_000, "iat": 999_999_999}
    response = answer_by(liar, Client())
    assert response.status_code == 400
    assert "Sign in again" in read(response)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("algorithm", "key", "header"),
    [
        ("RS256", OTHER_KEY, {}),
        ("RS256", OTHER_KEY, {"jwk": LyingProvider.public_key("one", OTHER_KEY)}),
        ("RS256", OTHER_KEY, {"kid": "another"}),
        ("none", None, {}),
        ("HS256", CLIENT_SECRET, {}),
    ],
)
def test_a_token_that_others_signed_signs_nobody_in(
    algorithm: str, key: object, header: dict[str, object], liar: LyingProvider
) -> None:
    liar.algorithm, liar.key, liar.header = algorithm, key, header
    client = Client()
    assert answer_by(liar, client).status_code == 502
    assert not is_signed_in(client)


ANSWERS = {
    "is down": (503, b""),
    "limits us": (429, b"{}"),
    "redirects": (302, b"http://127.0.0.1:9/"),
    "answers a page": (200, b"<html>"),
    "answers a list": (200, b"[]"),
    "answers nothing": (200, b""),
    "answers depths": (200, b"[" * 200_000),
    "answers without end": (200, b'{"a":"' + b"a" * 3_000_000),
    "answers a bomb": (200, gzip.compress(b" " * 50_000_000 + b"{}")),
    "answers other bytes": (200, b"\xff\xfe\x00"),
    "answers a number": (200, b"9" * 10_000),
    "answers nulls": (200, b'{"id_token":null,"keys":[null,{}],"sub":null,"issuer":null}'),
    "refuses us": (401, b'{"error":"invalid_client"}'),
}


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys", "/userinfo"])
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_whatever_a_provider_answers_instead_is_a_calm_page(
    answer: tuple[int, bytes], path: str, liar: LyingProvider
) -> None:
    liar.claims["groups"] = None  # so that userinfo is asked
    client = Client()
    if path.startswith("/.well"):
        liar.answers[path] = lambda: answer
        response = client.get(BEGIN)
    else:
        client.get(BEGIN)
        liar.answers[path] = lambda: answer
        response = answer_by(liar, client)
    assert response.status_code in (502, 503)
    assert "You are not signed in" in read(response)
    assert not is_signed_in(client)


def test_a_provider_that_never_ends_its_answer_is_left(
    site_settings: SiteSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openid, "TIMEOUT_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        site_settings.OIDC_ISSUER = f"http://127.0.0.1:{server.getsockname()[1]}"
        dripping = threading.Thread(target=drip, args=(server,))
        dripping.start()
        began = monotonic()
        assert Client().get(BEGIN).status_code == 503
        assert monotonic() - began < 3
        dripping.join()


def drip(server: socket.socket) -> None:
    """A byte every tenth of a second: no pause is ever too long."""
    connection, _ = server.accept()
    with connection, suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
        for _ in range(300):
            connection.sendall(b" ")
            sleep(0.1)


def test_a_provider_that_is_not_there_is_not_asked_at_every_press(settings: Settings, liar: LyingProvider) -> None:
    liar.answers["/.well-known/openid-configuration"] = lambda: (500, b"")
    assert [Client().get(BEGIN).status_code for _ in range(5)] == [503] * 5
    assert len(liar.asked) == 1


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://id.example.com"},
        {"issuer": None},
        {"token_endpoint": None},
        {"token_endpoint": "ftp://127.0.0.1/"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": 7},
        {"end_session_endpoint": "javascript:alert(1)"},
        {"userinfo_endpoint": "http://[/"},
    ],
)
def test_a_discovery_document_that_leads_elsewhere_is_not_followed(
    discovery: dict[str, object], liar: LyingProvider
) -> None:
    liar.discovery |= discovery
    assert Client().get(BEGIN).status_code == 502


def test_a_metadata_service_is_never_asked(liar: LyingProvider) -> None:
    liar.discovery["token_endpoint"] = "http://169.254.169.254/token"
    client = Client()
    assert answer_by(liar, client).status_code == 502


@pytest.mark.parametrize(
    "told",
    [
        {"state": "x"},
        {"state": ""},
        {"code": ""},
        {"code": "a" * 5_000},
    ],
)
def test_an_answer_that_was_not_asked_for_asks_nobody(told: dict[str, str], liar: LyingProvider) -> None:
    response = answer_by(liar, Client(), **told)
    assert response.status_code == 400
    assert "was not started in this browser" in read(response)
    assert "/token" not in [path for path, _ in liar.asked]


@pytest.mark.parametrize(
    ("error", "status"),
    [("access_denied", 403), ("server_error", 503), ("invalid_scope", 502), ("<script>alert(1)</script>", 502)],
)
def test_what_a_provider_says_against_it_is_told_and_never_repeated(
    error: str, status: int, liar: LyingProvider
) -> None:
    response = answer_by(liar, Client(), error=error, error_description="<b>call 555</b>")
    assert response.status_code == status
    assert "555" not in read(response)
    assert "alert(1)" not in read(response)
    assert "a-code" not in read(response)


def test_an_answer_of_another_provider_is_refused(liar: LyingProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    assert answer_by(liar, Client(), iss="https://evil.example.com").status_code == 502
    liar.discovery["authorization_response_iss_parameter_supported"] = True
    monkeypatch.setattr(openid, "_known", {})
    assert answer_by(liar, Client()).status_code == 502
    assert answer_by(liar, Client(), iss=liar.url).status_code == 302


def test_a_profile_of_somebody_else_is_not_believed(liar: LyingProvider) -> None:
    liar.claims["groups"] = None
    liar.profile |= {"sub": "2", "groups": ["sales"]}
    assert answer_by(liar, Client()).status_code == 502
