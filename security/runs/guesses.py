"""A million guesses at addresses, grants and passwords, from a thousand networks at once."""

from __future__ import annotations

import io
import logging
import secrets
import string
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from security.play import Measured, Play

TARGET = "1,000,000 guesses: 0 hits; each network bounded, the log tells of them and holds nothing that was tried"
GUESSES, NETWORKS = 1_000_000, 1_000
PASSWORD = "a password that nobody guesses"
REFUSED = {403, 404, 429, 503}
CSRF = "f" * 32


def run(play: Play) -> Measured:
    play.set_up_site()
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application

    from links.domain.visits.access import TRIES_ANYWHERE
    from links.models import Throttle, Visit
    from links.services import password_hashing

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # how long it takes is no matter here
    token = _make_link()
    hashed, is_right = Counter[str](), password_hashing.is_right

    def hash_one(password: str, encoded: str) -> bool:
        hashed["h"] += 1
        return is_right(password, encoded)

    password_hashing.is_right = hash_one
    application, log = get_wsgi_application(), io.StringIO()
    _write_log_to(log)  # once the application has set its own way of logging up
    networks = [f"2600:{play.rng.randrange(65_536):x}:{number:x}::7" for number in range(play.scale(NETWORKS))]
    statuses, tried = Counter[tuple[str, int]](), list[str]()
    for number, (kind, path, body) in zip(range(play.scale(GUESSES)), _guess(play, token), strict=False):
        status = _ask(application, path, body, networks[number % len(networks)])
        statuses[kind, status] += 1
        if number % 997 == 0:
            tried.append(path.split("/")[2])
    hits = sum(count for (_, status), count in statuses.items() if status not in REFUSED)
    told = log.getvalue()
    leaked = sum(one in told for one in [*tried, token, PASSWORD] if len(one) > 20)
    most = len(networks) * TRIES_ANYWHERE.max_count
    counted = Counter[int]()
    for (_, status), count in statuses.items():
        counted[status] += count
    lines = sum("are guessed" in line for line in told.splitlines())
    broken = [f"{hits} hits"] if hits else []
    broken += [f"{leaked} of what was tried stand in the log"] if leaked else []
    broken += [] if lines else ["the log tells of nothing"]
    broken += [] if hashed["h"] <= most else [f"{hashed['h']} passwords were hashed"]
    if counted[429] < sum(counted.values()) / 2:
        broken.append("they were not throttled")
    said = ", ".join(f"{count} x {status}" for status, count in sorted(counted.items()))
    return Measured(
        f"{sum(counted.values())} guesses from {len(networks)} networks: {hits} hits ({said}); {hashed['h']} passwords "
        f"hashed, {lines} lines in the log, {Throttle.objects.count()} counters, {Visit.objects.count()} visits",
        tuple(broken),
    )


def _make_link() -> str:
    from django.contrib.auth.hashers import make_password

    from links.domain.signed_urls.tokens import digest
    from links.models import ShareLink
    from tests.dialling.entrances import bind_by_hand

    token, now = secrets.token_urlsafe(32), datetime.now(UTC)
    shared: dict[str, Any] = {
        "delivery": "stable",
        "bucket": bind_by_hand("store.example.com"),
        "object_key": "report.pdf",
        "created_at": now,
        "asked_until": now,
        "promised_until": now + timedelta(days=30),
    }
    ShareLink.objects.create(**shared, token_hash=digest(token))
    ShareLink.objects.create(**shared, slug="report", token_hash=bytes(32), password=make_password(PASSWORD))
    return token


def _guess(play: Play, token: str) -> Iterator[tuple[str, str, bytes | None]]:
    """Of ten: six tokens, by chance and next to one that is there, two grants, a slug, and a password."""
    alphabet, rng = string.ascii_letters + string.digits + "-_", play.rng
    while True:
        place = rng.randrange(len(token))
        near = token[:place] + rng.choice(alphabet.replace(token[place], "")) + token[place + 1 :]
        yield from (("token", f"/s/{one}", None) for one in (near, token[:place], token.swapcase()))
        yield from (("token", f"/s/{_draw(rng.choice, alphabet)}", None) for _ in range(3))
        yield from (("grant", f"/g/{_draw(rng.choice, alphabet)}/{end}", None) for end in ("", "file"))
        yield "slug", f"/f/report-{rng.randrange(100_000)}", None
        slug = rng.choice(("report", f"report-{rng.randrange(100)}"))
        yield (
            "password",
            f"/f/{slug}",
            urlencode({"password": f"wrong {rng.random()}", "csrfmiddlewaretoken": CSRF}).encode(),
        )


def _draw(choose: Callable[[str], str], alphabet: str) -> str:
    return "".join(choose(alphabet) for _ in range(43))


def _ask(application: Callable[..., Any], path: str, body: bytes | None, address: str) -> int:
    """The status that a request gets, without a server around it."""
    environ = {
        "REQUEST_METHOD": "GET" if body is None else "POST",
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "REMOTE_ADDR": address,
        "SERVER_NAME": "holdfast.test",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body or b""),
        "CONTENT_LENGTH": str(len(body or b"")),
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "HTTP_COOKIE": f"csrftoken={CSRF}",
    }
    statuses: list[int] = []
    answer = application(environ, lambda status, *_: statuses.append(int(status[:3])))
    answer.close()
    return statuses[0]


def _write_log_to(stream: io.StringIO) -> None:
    """As the site writes it, and nowhere else."""
    root = logging.getLogger()
    for logger in (root, *map(logging.getLogger, list(root.manager.loggerDict))):
        for handler in logger.handlers:
            if isinstance(handler, logging.StreamHandler):
                handler.setStream(stream)
