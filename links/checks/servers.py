"""Checks of the servers that the product needs, and of their clocks."""

from datetime import timedelta

from django.core import checks
from django.core.checks import CheckMessage, Error, Info

from links.domain.stores.answers import CLOCK_WARNING

_BROKERS = ("redis", "rediss", "redis+socket", "sentinel")


def check_broker(url: str) -> list[CheckMessage]:
    if url.partition("://")[0] in _BROKERS:
        return []
    hint = "As in redis://127.0.0.1:6379/0, or rediss:// for an encrypted connection."
    return [Error("REDIS_URL is not the address of a Redis.", hint=hint, id="holdfast.E009")]


def check_database(engine: str) -> list[CheckMessage]:
    if "sqlite" not in engine:
        return []
    hint = "It serves one machine and some ten thousand links well. For more of either, use PostgreSQL."
    return [Info("The database is SQLite.", hint=hint, id="holdfast.I003")]


def check_machine_clock(database_ahead: timedelta | None) -> list[CheckMessage]:
    if database_ahead is None or abs(database_ahead) < CLOCK_WARNING:
        return []
    side, seconds = (
        ("behind" if database_ahead > timedelta() else "ahead of"),
        round(abs(database_ahead).total_seconds()),
    )
    hint = "Set both clocks by NTP. What is signed by a clock that is wrong, stores refuse."
    return [
        checks.Warning(f"This machine's clock is {seconds} s {side} the database's.", hint=hint, id="holdfast.W061")
    ]


def check_reached(*, is_asked_for: bool) -> list[CheckMessage]:
    """Of a database that did not answer: no trouble for whoever checks the settings alone."""
    hint = "Check DATABASE_URL, that its server runs, and that this machine may reach it."
    return [Error("The database cannot be reached.", hint=hint, id="holdfast.E013")] if is_asked_for else []
