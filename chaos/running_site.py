"""Where a scenario plays: the running site, its store and its receivers, and what a scenario does with them."""

from __future__ import annotations

import http.client
import random
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any, Self

from django.db import close_old_connections, connection

from chaos.parts import Parts
from config.processes.ports import HOST
from links.channels.apprise import AppriseChannel
from links.domain.signed_urls.tokens import digest
from links.models import Bucket, EncryptedValue, Heartbeat, IncidentNotice, ShareLink, Validation
from links.models.leases import LeasedQuerySet
from tests.fake_receivers import MailReceiver, WebhookReceiver
from tests.fixtures import World
from tests.strict_s3 import StrictS3

TABLES = ("links_visit", "links_incidentnotice", "links_noticedigest", "links_incidentlink", "links_incident",
          "links_validation", "links_linkmail", "links_sharelink", "links_storebreaker", "links_throttle",
          "links_heartbeat")  # fmt: skip
TOKEN = "c" * 43


class NotReached(Exception):
    """What a scenario waited for did not come."""


@dataclass
class RunningSite:
    parts: Parts
    store: StrictS3
    world: World
    mails: MailReceiver
    webhook: WebhookReceiver
    rng: random.Random
    size: float = 1.0
    due_since: datetime = field(default_factory=lambda: datetime.now(UTC))
    may_be_broken: Collection[int] = ()

    def scale(self, number: int) -> int:
        return max(round(number * self.size), 1)

    def clean(self) -> None:
        """Nothing is left of the scenario before."""
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(TABLES)} RESTART IDENTITY CASCADE")
        self.store.answer, self.may_be_broken = None, ()
        self.store.requests.clear()
        self.mails.messages.clear()
        self.webhook.calls.clear()
        self.webhook.status, self.webhook.retry_after, self.webhook.delay = 200, "", 0.0

    def load(self, count: int, *, over: timedelta = timedelta(), bucket: Bucket | None = None, **more: Any) -> None:
        """So many stable links, due at once or evenly over some time from now on."""
        now, token, bucket = datetime.now(UTC), EncryptedValue.encrypt("t"), bucket or self.world.bucket
        self.due_since = now
        host = str(bucket.key.endpoint).removeprefix("http://")
        until = now + timedelta(days=30)
        begin = ShareLink.objects.count()
        links = (
            ShareLink(delivery="stable", bucket=bucket, object_key="report.pdf", token=token,
                      token_hash=digest(f"{begin + number}" if begin + number else TOKEN), host=host,
                      access_key_id=bucket.key.access_key_id, asked_until=until, promised_until=until,
                      created_at=now - timedelta(hours=2), due_at=now + over * number / count, **more)
            for number in range(count)
        )  # fmt: skip
        ShareLink.objects.bulk_create(links, batch_size=1_000)

    def wait_until(self, reached: Callable[[], bool], seconds: float, what: str) -> float:
        """Seconds that it took. Raises NotReached."""
        began = time.monotonic()
        while not self.holds(reached):
            if time.monotonic() - began > seconds:
                raise NotReached(f"{what}: not within {seconds:.0f} s")
            time.sleep(0.25)
        return time.monotonic() - began

    @staticmethod
    def holds(reached: Callable[[], bool]) -> bool:
        """False where the database does not answer."""
        try:
            return reached()
        except Exception:  # noqa: BLE001  it is restarted at this moment
            connection.close()
            return False

    def settle(self, seconds: float = 180) -> float:
        """Until every link that is due was validated and every message delivered; how long it took."""
        took = self.wait_until(lambda: not is_due(ShareLink.objects.watched()), seconds, "links validated")
        return took + self.wait_until(
            lambda: not is_due(IncidentNotice.objects.undelivered()), seconds, "messages delivered"
        )

    def get(self, path: str, timeout: float = 70) -> tuple[int, float, str]:
        """Status (0 where nobody answered), seconds, `Retry-After`."""
        began = time.monotonic()
        client = http.client.HTTPConnection(HOST, self.parts.port, timeout=timeout)
        try:
            client.request("GET", path)
            answer = client.getresponse()
            answer.read()
            return answer.status, time.monotonic() - began, answer.getheader("Retry-After", "")
        except (OSError, http.client.HTTPException):
            return 0, time.monotonic() - began, ""
        finally:
            client.close()

    def wait_for_parts(self) -> None:
        self.wait_until(lambda: self.get("/health", 5)[0] in (200, 503), 90, "web answers")
        self.wait_until(lambda: Heartbeat.objects.filter(name__startswith="holder ").count() >= 2, 90, "workers live")

    def measure_lateness(self, over: float) -> list[float]:
        """Of each result, how many seconds after its link was due: as `load` gave them out over so many seconds."""
        numbers = list(ShareLink.objects.order_by("pk").values_list("pk", flat=True))
        due = {pk: self.due_since + timedelta(seconds=over * place / len(numbers)) for place, pk in enumerate(numbers)}
        return [(at - due[link]).total_seconds() for link, at in Validation.objects.values_list("link", "at")]

    def webhook_identity(self) -> str:
        return AppriseChannel(self.webhook.apprise_url()).identity


def is_due(rows: LeasedQuerySet[Any]) -> bool:
    return rows.filter(due_at__lte=datetime.now(UTC)).exists()


def find_percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)] if values else 0.0


class Clicks:
    """Somebody who clicks on one link again and again, while a `with` lasts."""

    def __init__(self, site: RunningSite, every: float = 0.1) -> None:
        self._site, self._every = site, every
        self._stopping = Event()
        self._thread = Thread(target=self._click, daemon=True)
        self.answers: list[tuple[int, float, str]] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopping.set()
        self._thread.join(90)

    def _click(self) -> None:
        while not self._stopping.wait(self._every):
            self.answers.append(self._site.get(f"/s/{TOKEN}"))
        close_old_connections()

    def p95(self) -> float:
        """Milliseconds."""
        return find_percentile([seconds for _, seconds, _ in self.answers], 0.95) * 1000

    def count(self, status: int) -> int:
        return sum(answer[0] == status for answer in self.answers)
