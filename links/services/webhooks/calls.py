"""One attempt to tell a webhook: signed, sent within a few seconds, and what was answered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic

import standardwebhooks
from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError, SSLError
from urllib3.exceptions import TimeoutError as HTTPTimeoutError

from links.channels import DeliveryFailed
from links.domain.errors import HoldfastError
from links.domain.events.retries import find_pause
from links.domain.reasons import Reason
from links.lib.backoff import read_retry_after
from links.lib.redaction import redact
from links.models import EncryptedValue, Webhook
from links.net.http import post

SECONDS = 10.0  # for all of it: the name, the connection, the request, the answer
MAX_ANSWER_BYTES = 1_024
_ASKS_TO_WAIT = frozenset({429, 503})

PRIVATE = "The address is private: PROBE_ALLOWED_HOSTS has to name its host."
FORBIDDEN = "The address is one that is never called: a metadata service, or link-local."
UNRESOLVED = "The host's name does not resolve."
TOO_SLOW = f"No answer within {SECONDS:.0f} seconds."
NO_CONNECTION = "No connection, or one that broke off."
NO_TRUST = "The server's certificate is not trusted, or TLS failed."


@dataclass(slots=True)
class Call:
    """Calling it makes the attempt, in whichever thread: no row is touched. Raises DeliveryFailed unless the answer is
    a success (2xx).

    `status` is the answer's, None for no answer; `text` the beginning of its body, without what looks like a secret.
    """

    address: str = field(repr=False)
    secrets: Sequence[str] = field(repr=False)
    event_id: str
    body: str
    failures: int = 0  # of the webhook, in a row, before this attempt
    status: int | None = None
    took_ms: int = 0
    text: str = ""

    def __call__(self) -> None:
        begun, now = monotonic(), datetime.now(UTC)
        trouble, retry_after = "", ""
        try:
            answer = post(self.address, self.body.encode(), self._sign(now), seconds=SECONDS, room=MAX_ANSWER_BYTES)
            self.status, retry_after = answer.status, answer.retry_after
            self.text = redact(answer.body.decode(errors="replace"), [self.address, *self.secrets])
            if not 200 <= answer.status < 300:
                trouble = f"HTTP {answer.status}" + (f": {self.text}" if self.text else "")
        except (HoldfastError, HTTPError, OSError) as error:
            trouble = _name_trouble(error)
        finally:
            self.took_ms = round((monotonic() - begun) * 1000)
        if trouble:
            raise DeliveryFailed.because(trouble, [self.address, *self.secrets], wait=self._find_wait(retry_after, now))

    def _sign(self, now: datetime) -> dict[str, str]:
        """The headers of Standard Webhooks; during a rotation with the signature of either secret."""
        signatures = [standardwebhooks.Webhook(secret).sign(self.event_id, now, self.body) for secret in self.secrets]
        return {
            "Content-Type": "application/json",
            "webhook-id": self.event_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signatures),
        }

    def _find_wait(self, retry_after: str, now: datetime) -> timedelta | None:
        pause = find_pause(self.status, self.failures + 1)
        asked = read_retry_after(retry_after, now) if retry_after and self.status in _ASKS_TO_WAIT else None
        return max(filter(None, (pause, asked)), default=None)


def prepare(webhook: Webhook, event_id: str, body: str, now: datetime) -> Call:
    """Raises `Unavailable`: secrets-unreadable, secrets-misplaced."""
    return Call(_open(webhook.address), list_secrets(webhook, now), event_id, body, webhook.failures)


def list_secrets(webhook: Webhook, now: datetime) -> list[str]:
    """With which is signed now, the newest first."""
    secrets = [_open(webhook.secret)]
    if webhook.previous_secret and webhook.previous_secret_until and now < webhook.previous_secret_until:
        secrets.append(_open(webhook.previous_secret))
    return secrets


def _open(kept: EncryptedValue | None) -> str:
    return kept.open() if kept else ""


def _name_trouble(error: Exception) -> str:
    """In our own words: a library's would quote the address."""
    if isinstance(error, HoldfastError):
        known = {Reason.ENDPOINT_PRIVATE: PRIVATE, Reason.ENDPOINT_FORBIDDEN: FORBIDDEN}
        return known.get(error.reason, error.code)
    if isinstance(error, NameResolutionError):
        return UNRESOLVED
    if isinstance(error, (HTTPTimeoutError, TimeoutError)) and not isinstance(error, NewConnectionError):
        return TOO_SLOW
    return NO_TRUST if isinstance(error, SSLError) else NO_CONNECTION
