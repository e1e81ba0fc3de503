"""Before its password is right, whether there is a link behind an address that somebody chose, and how it stands."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from security.play import Measured, Play
from security.welch import THRESHOLD, find_difference, measure_in_turn

if TYPE_CHECKING:
    from django.test import Client

TARGET = "a slug that lives, has ended, was revoked or never was: 10,000 samples each, the same answer, |t| < 4.5"
SAMPLES = 10_000
CASES = ("a look", "a look with a cookie", "a wrong password")


def run(play: Play, *, postgres: bool = True) -> Measured:
    """Passwords are hashed by the quickest way there is: the real one takes as long for each, and would only drown what
    is not the hash in noise. Each try is of another network, so that no limit hides what is behind it."""
    play.set_up_site(postgres=postgres)
    from django.conf import settings

    logging.disable(logging.WARNING)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    slugs = make_slugs()
    samples, broken, told = play.scale(SAMPLES), [], []
    for case in CASES:
        ways = {name: make_way(case, slug, play.rng) for name, slug in slugs.items()}
        answers = {name: way() for name, way in ways.items()}
        broken += [f"{case}: {name} is answered otherwise" for name in answers if answers[name] != answers["lives"]]
        took = measure_in_turn(ways, samples, play.rng)
        differences = {name: find_difference(took["lives"], took[name]) for name in slugs if name != "lives"}
        told.append(f"{case}: |t| up to {max(differences.values()):.1f}")
        broken += [f"{case}: {name}, |t| {t:.1f}" for name, t in differences.items() if t >= THRESHOLD]
    return Measured(f"{samples} samples of each of {len(slugs)} states; {', '.join(told)}", tuple(broken))


def make_slugs() -> dict[str, str]:
    from django.contrib.auth.hashers import make_password

    from links.models import ShareLink
    from tests.dialling.entrances import bind_by_hand

    bucket, now = bind_by_hand("store.example.com"), datetime.now(UTC)
    states: dict[str, dict[str, Any]] = {
        "lives": {},
        "has ended": {"promised_until": now - timedelta(days=1)},
        "was revoked": {"revoked_at": now},
        "is used up": {"download_limit": 1, "visit_count": 1},
    }
    for number, state in enumerate(states.values()):
        ShareLink.objects.create(
            **{
                "delivery": "stable",
                "bucket": bucket,
                "object_key": "report.pdf",
                "filename": "report.pdf",
                "slug": f"report-{number}",
                "token_hash": bytes([number]) * 32,
                "password": make_password("correct horse"),
                "created_at": now,
                "asked_until": now + timedelta(days=30),
                "promised_until": now + timedelta(days=30),
                **state,
            }
        )
    return {name: f"report-{number}" for number, name in enumerate([*states, "never was"])}


_networks = count(1)


def make_way(case: str, slug: str, rng: random.Random) -> Callable[[], object]:
    """Asking once; what is answered, without what is drawn anew for each answer."""
    from django.test import Client

    client = Client(headers={"Cookie": f"grant-17={'a' * 43}"} if "cookie" in case else {})

    def ask() -> object:
        address = f"2600:{next(_networks) % 65_536:x}:{rng.randrange(65_536):x}::1"
        return _ask(client, case, slug, address)

    return ask


def _ask(client: Client, case: str, slug: str, address: str) -> object:
    if "password" in case:
        answer = client.post(f"/f/{slug}", {"password": "wrong horse"}, REMOTE_ADDR=address)
    else:
        answer = client.get(f"/f/{slug}", REMOTE_ADDR=address)
    headers = sorted((name, value) for name, value in answer.headers.items() if name != "X-Request-ID")
    return answer.status_code, len(answer.content), headers
