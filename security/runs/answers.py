"""Stores that answer with whatever they like: bombs, entities, endless headers; asked by all that asks a store."""

from __future__ import annotations

import gc
import json
import logging
import os
import resource
import time
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass

from security.play import Measured, Play

TARGET = "every hostile answer through every question: 0 crashes, at most 50 MB more, and 1 s or the deadline each"
MAX_GROWTH = 50 * 1024  # KiB
SECONDS, DEADLINE = 1.0, 3.0
SLACK = 1.0  # for who says that the time is over


@dataclass(frozen=True)
class Asked:
    """What came of one question: a name of ours, or of whatever was raised; its seconds, and KiB that it took."""

    came: str
    is_ours: bool
    seconds: float
    growth: int


def run(play: Play) -> Measured:
    play.set_up_site()
    logging.disable(logging.WARNING)
    from links.s3 import http_session
    from tests.s3.hostile.answers import ENTRY, LONG, SCRIPTS, SLOW, Server, body, listing
    from tests.timing import find_slowness

    http_session.TOTAL_TIMEOUT_SECONDS = DEADLINE
    slowness = find_slowness()  # of this machine, as long as others are busy on it
    plain = Server(body(listing(ENTRY)))
    broken, worst_growth, worst_seconds, questions = list[str](), 0, 0.0, 0
    for name, script in SCRIPTS.items():
        server = Server(script)
        try:
            for question, ask in make_questions().items():
                asked = _ask_in_a_child(ask, plain.port, server.port)
                questions += 1
                allowed = DEADLINE + SLACK if name in {**SLOW, **LONG} else SECONDS * slowness
                worst_growth = max(worst_growth, asked.growth)
                worst_seconds = max(worst_seconds, 0 if name in {**SLOW, **LONG} else asked.seconds)
                broken += [] if asked.is_ours else [f"{name}, {question}: {asked.came}"]
                broken += [f"{name}, {question}: {asked.seconds:.1f} s"] if asked.seconds > allowed else []
                broken += [f"{name}, {question}: {asked.growth >> 10} MB"] if asked.growth > MAX_GROWTH else []
        finally:
            server.stop()
    plain.stop()
    return Measured(
        f"{len(SCRIPTS)} answers through {len(make_questions())} questions, {questions} in all: at most "
        f"{worst_growth >> 10} MB more, {worst_seconds:.2f} s where the store does not dribble "
        f"(this machine takes {slowness:.1f} times as long as it should)",
        tuple(broken),
    )


def make_questions() -> Mapping[str, Callable[[int], object]]:
    """Everything that asks a store, by the port of one on this machine."""
    from links.domain.buckets.endpoints import SigningBucket
    from links.domain.credentials import KeyPair
    from links.s3 import bucket_config, identity, objects
    from links.s3.probe import ProbePolicy, probe

    def store(port: int) -> SigningBucket:
        return SigningBucket("files", "AKIAEXAMPLE", "secret", endpoint=f"http://127.0.0.1:{port}")

    policy = ProbePolicy(frozenset({"127.0.0.1"}), deadline=DEADLINE, connect_deadline=DEADLINE)
    pair = KeyPair("AKIAEXAMPLE", "secret")
    return {
        "probe": lambda port: probe(f"http://127.0.0.1:{port}/files/a", policy=policy),
        "identity": lambda port: identity.identify(pair, endpoint=f"http://127.0.0.1:{port}"),
        "keys of a user": lambda port: identity.list_keys(pair, endpoint=f"http://127.0.0.1:{port}"),
        "listing": lambda port: objects.list_page(store(port)),
        "object": lambda port: objects.look_up(store(port), "a"),
        "policy and lifecycle": lambda port: bucket_config.read_configuration(store(port)),
    }


def _ask_in_a_child(ask: Callable[[int], object], plain: int, hostile: int) -> Asked:
    """In a process of its own, which has asked a plain store before: what that took is not the answer's."""
    receiving, sending = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(receiving)
            os.write(sending, json.dumps(astuple(_ask(ask, plain, hostile))).encode())
        finally:
            os._exit(0)
    os.close(sending)
    with os.fdopen(receiving, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return Asked(*json.loads(told)) if told else Asked("its process ended", is_ours=False, seconds=0, growth=0)


def _ask(ask: Callable[[int], object], plain: int, hostile: int) -> Asked:
    from links.domain.errors import HoldfastError

    def answer(port: int) -> tuple[str, bool]:
        try:
            return type(ask(port)).__name__, True
        except HoldfastError as error:
            return error.code, True
        except BaseException as error:  # noqa: BLE001  that it is another is what is looked for
            return f"{type(error).__name__}: {error}"[:80], False

    answer(plain)
    gc.collect()
    before, began = _peak(), time.monotonic()
    came, is_ours = answer(hostile)
    return Asked(came, is_ours, time.monotonic() - began, _peak() - before)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
