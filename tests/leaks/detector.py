"""What the tests' secrets are, and what left through logs, rows, tasks, errors, mails and chats, of one test each."""

import logging
import re
import sys
from base64 import b32encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.leaks.encodings import MIN_LENGTH, find

OF_A_LINK = "a link's token"
# What is told there on purpose: a customer who asked for more time is sent the link again.
MEANT = {"a mail": {OF_A_LINK}}
_SEED = re.compile("[0-9a-f]{40}")  # of an authenticator app, which people are shown in Base32
_IN_A_QUERY = ("signature", "token", "sig")


class Detector:
    """`known` are secrets by their value, with what each is; `told` is what left, by the way that it took."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}
        self.told: list[tuple[str, str]] = []

    def learn(self, kind: str, secret: object) -> None:
        if isinstance(secret, str) and len(secret) >= MIN_LENGTH:
            self.known.setdefault(secret, kind)

    def learn_url(self, kind: str, url: object) -> None:
        """What a URL has of secrets."""
        if not isinstance(url, str) or "?" not in url:
            return
        for name, value in parse_qsl(urlsplit(url).query):
            if name.lower().endswith(_IN_A_QUERY):
                self.learn(f"{kind}: {name}", value)

    def learn_address(self, address: str, host: str) -> None:
        """A webhook's, of which staff see the host."""
        self.learn("a webhook's address", address.partition(host)[2])

    def forget_in(self, text: str) -> None:
        """What stands in this text is no secret, whatever it was taken for."""
        self.known = {secret: kind for secret, kind in self.known.items() if secret not in text}

    def hear(self, way: str, *texts: object) -> None:
        for text in texts:
            said = bytes(text).decode(errors="replace") if isinstance(text, bytes | memoryview) else str(text)
            if len(said) >= MIN_LENGTH:
                self.told.append((way, said))

    def find_leaks(self) -> list[str]:
        """By the way and the kind of secret, never the secret itself; and forget what was told."""
        ways: dict[str, list[str]] = {}
        for way, text in self.told:
            ways.setdefault(way, []).append(text)
        self.told.clear()
        leaks = set()
        for way, said in ways.items():
            together = "\n".join(dict.fromkeys(said))
            kinds = {self.known[secret] for secret in find(self.known, together)} - MEANT.get(way, set())
            leaks |= {f"{way} holds a secret ({kind})" for kind in kinds}
        return sorted(leaks)


class Lines(logging.Handler):
    """Every line of the log, as the site's own handler writes it."""

    def __init__(self, detector: Detector) -> None:
        super().__init__()
        self._detector = detector

    def emit(self, record: logging.LogRecord) -> None:
        self._detector.hear("the log", self.format(record))


@contextmanager
def listening(detector: Detector) -> Iterator[None]:
    """Learn each secret where it is made, and hear whatever leaves."""
    with pytest.MonkeyPatch.context() as patch:
        _learn_secrets(detector, patch)
        _hear_ways_out(detector, patch)
        lines, root = _make_lines(detector), logging.getLogger()
        root.addHandler(lines)
        try:
            yield
        finally:
            root.removeHandler(lines)


def _make_lines(detector: Detector) -> Lines:
    from logging.config import DictConfigurator

    from django.conf import settings

    formatters: dict[str, Any] = settings.LOGGING["formatters"]  # type: ignore[assignment]
    lines = Lines(detector)
    lines.setFormatter(DictConfigurator({"version": 1}).configure_formatter(formatters["lines"]))
    return lines


def _learn_secrets(detector: Detector, patch: pytest.MonkeyPatch) -> None:
    import secrets

    from django.contrib.auth import hashers
    from django.contrib.sessions.backends.base import SessionBase

    from links.channels.apprise import AppriseChannel, _secrets_in, find_host
    from links.domain.people import second_factors
    from links.domain.signed_urls.gate import CheckedUrl
    from links.models import EncryptedValue
    from links.services.api import idempotency
    from links.services.webhooks import webhooks
    from tests.strict_s3.account import AccessKey, Session
    from tests.strict_s3.presigning import Presigner

    def encrypted(text: object) -> None:
        if isinstance(text, str) and "://" in text:
            detector.learn_url("a URL that was handed out", text)
        else:
            detector.learn("what is encrypted at rest", text)
            if isinstance(text, str) and _SEED.fullmatch(text):
                detector.learn("a second factor's seed", b32encode(bytes.fromhex(text)).decode())

    def made(key: AccessKey | Session) -> None:
        detector.learn("an access secret", key.secret)
        detector.learn("a session token", getattr(key, "token", ""))

    def kept(answer: idempotency.KeptAnswer) -> None:
        if answer.status < 400:  # what is refused tells nothing
            detector.learn("an answer that was kept", answer.body)

    def of_a_channel(channel: AppriseChannel) -> None:
        for part in _secrets_in(channel._url):
            if len(part) > 15 and part != find_host(channel._url):
                detector.learn("a part of an alert URL", part)

    _after(patch, EncryptedValue, "open", lambda text, *_: encrypted(text))
    _before(patch, EncryptedValue, "encrypt", encrypted)
    _after(patch, secrets, "token_urlsafe", lambda text, *_: _learn_token(detector, text))
    _after(patch, SessionBase, "_get_new_session_key", lambda key, *_: detector.learn("a session's key", key))
    _after(patch, hashers, "make_password", lambda _hash, password=None, *_: detector.learn("a password", password))
    _after(patch, CheckedUrl, "__init__", lambda _none, made, *_: detector.learn_url("a presigned URL", made.text))
    _after(patch, second_factors, "write_recovery_code", lambda code, *_: detector.learn("a recovery code", code))
    _after(patch, Presigner, "_url", lambda url, *_: detector.learn_url("a presigned URL", url))
    _after(patch, AccessKey, "__init__", lambda _none, key, *_: made(key))
    _after(patch, Session, "__init__", lambda _none, key, *_: made(key))
    _after(patch, webhooks, "_read_host", lambda host, address: detector.learn_address(address, host))
    _after(patch, idempotency, "keep_answer", lambda _none, _claimed, answer: kept(answer))
    _after(patch, AppriseChannel, "__init__", lambda _none, channel, *_: of_a_channel(channel))


def _hear_ways_out(detector: Detector, patch: pytest.MonkeyPatch) -> None:
    from celery import Celery
    from django.contrib.sessions.backends.base import SessionBase
    from django.core.handlers.base import BaseHandler
    from django.core.mail import EmailMessage
    from django.db.backends.signals import connection_created

    from links.channels.apprise import AppriseChannel
    from links.domain.errors import HoldfastError

    def answered(response: Any, *_: object) -> None:  # noqa: ANN401  Django's own
        if response.status_code >= 400 and not response.streaming:
            detector.hear("a page for an error", response.content, *response.headers.values())

    def composed(_none: object, _channel: object, message: Any) -> None:  # noqa: ANN401
        detector.hear("a notice", message.subject, message.text)

    def note(execute: Callable[..., Any], sql: str, values: Any, many: bool, context: Any) -> Any:  # noqa: ANN401
        # A table of the project around ours held URLs before we came (`rescue_urls`).
        if not sql.startswith("SELECT") and '"shop_' not in sql:
            detector.hear("the database", sql, *_flatten(values))
        return execute(sql, values, many, context)

    def connect(connection: Any, **_signal: object) -> None:  # noqa: ANN401
        if note not in connection.execute_wrappers:
            connection.execute_wrappers.insert(0, note)

    connection_created.connect(connect, weak=False)
    _after(patch, BaseHandler, "get_response", answered)
    _after(patch, EmailMessage, "message", lambda mail, *_: detector.hear("a mail", mail.as_string(), _body_of(mail)))
    _after(patch, AppriseChannel, "deliver", composed)
    _after(
        patch, Celery, "send_task", lambda _sent, *given, **more: detector.hear("a task", given[1:], more.get("args"))
    )
    _after(patch, SessionBase, "encode", lambda _text, _session, data: detector.hear("a session's data", data))
    _after(
        patch, HoldfastError, "__init__", lambda _none, error, *_, **__: detector.hear("an error", repr(error), error)
    )


def _learn_token(detector: Detector, token: str) -> None:
    """By the module that made it, which called what is heard here; a store's version ids are no secrets."""
    maker = str(sys._getframe(3).f_globals["__name__"])
    if maker.startswith("links."):
        detector.learn(OF_A_LINK if maker == "links.services.links.creation" else f"a token of {maker}", token)


def _body_of(mail: Any) -> str:  # noqa: ANN401  of the standard library
    return "\n".join(str(part.get_payload(decode=True)) for part in mail.walk() if not part.is_multipart())


def _flatten(values: object) -> Iterator[object]:
    if isinstance(values, Mapping):
        values = list(values.values())
    if isinstance(values, list | tuple):
        for value in values:
            yield from _flatten(value)
    elif isinstance(values, str | bytes | memoryview):
        yield values
    elif values is not None and not isinstance(values, int | float):
        yield getattr(values, "obj", values)  # psycopg's JSON


def _after(patch: pytest.MonkeyPatch, owner: Any, name: str, hear: Callable[..., object]) -> None:  # noqa: ANN401
    """`hear` gets the answer, and what was given."""
    call = getattr(owner, name)

    @wraps(call)
    def heard(*given: Any, **more: Any) -> Any:  # noqa: ANN401
        answer = call(*given, **more)
        hear(answer, *given)
        return answer

    patch.setattr(owner, name, heard)


def _before(patch: pytest.MonkeyPatch, owner: type, name: str, hear: Callable[[Any], object]) -> None:
    """Of a method of the class."""
    call = getattr(owner, name).__func__

    @wraps(call)
    def heard(cls: type, given: Any) -> Any:  # noqa: ANN401
        hear(given)
        return call(cls, given)

    patch.setattr(owner, name, classmethod(heard))
