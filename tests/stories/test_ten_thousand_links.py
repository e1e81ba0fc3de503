"""Ten thousand links of one deleted key are one message: through a real worker, a real mail and a real webhook.

Ten thousand on PostgreSQL, which is there for that many; on SQLite, whose worker is the same, two thousand.
"""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from demo.servers import Redis
from links.domain.judging.cadence import WHEN_BROKEN
from links.domain.signed_urls.tokens import digest
from links.models import EncryptedValue, Heartbeat, Incident, IncidentLink, IncidentNotice, ShareLink, Validation
from links.queries.health import DELIVER
from tests.environment import ON_POSTGRES
from tests.fake_receivers import MailReceiver, WebhookReceiver
from tests.fixtures import World
from tests.stories.workers import Worker, running_worker
from tests.strict_s3 import StrictS3

COUNT = 10_000 if ON_POSTGRES else 2_000


def make_links(world: World) -> None:
    now = world.clock()
    until, token = now + timedelta(days=30), EncryptedValue.encrypt("t")
    ShareLink.objects.bulk_create(
        (
            ShareLink(delivery="stable", bucket=world.bucket, object_key="report.pdf", token=token,
                      token_hash=digest(str(number)), host=f"127.0.0.1:{world.s3.port}",
                      access_key_id=world.access.id, asked_until=until, promised_until=until, created_at=now,
                      due_at=now)
            for number in range(COUNT)
        ),
        batch_size=500,
    )  # fmt: skip


def enqueue_until(reached: Callable[[], bool], task: str, worker: Worker) -> None:
    """Ring every second, as beat does every ten, until it is so."""
    give_up_at = time.monotonic() + 240
    while not reached():
        assert time.monotonic() < give_up_at, worker.log()
        worker.enqueue(task)
        time.sleep(1)


@pytest.mark.timeout(600)
def test_thousands_of_links_of_a_deleted_key_are_one_message(
    transactional_db: None, strict_s3: StrictS3, redis_server: Redis
) -> None:
    world = World.build(strict_s3)
    make_links(world)
    world.s3.delete_key(world.access.id)
    with MailReceiver() as mails, WebhookReceiver() as webhook:
        addressed = {
            "EMAIL_URL": f"smtp://127.0.0.1:{mails.port}",
            "ALERT_MAILS": "ops@example.com",
            "ALERT_URLS": webhook.apprise_url(),
        }
        with running_worker(redis_server.url, addressed) as worker:
            enqueue_until(
                lambda: not ShareLink.objects.filter(validated_at=None).exists(), "validate_due_links", worker
            )
            enqueue_until(nothing_is_undelivered, "deliver_notices", worker)
            before = timezone.now()
            enqueue_until(lambda: (Heartbeat.last(DELIVER) or before) > before, "deliver_notices", worker)
    incident = Incident.objects.get()
    assert (incident.code, incident.subject, incident.link_count) == ("key-unknown", world.access.id, COUNT)
    assert IncidentLink.objects.count() == COUNT
    # Once for each link; again only where the machine took so long that its next turn had come.
    turns = list(Validation.objects.order_by("link", "at").values_list("link", "at"))
    assert len({link for link, _ in turns}) == COUNT
    again = [later - earlier for (one, earlier), (other, later) in pairwise(turns) if one == other]
    assert all(waited > WHEN_BROKEN * 0.9 for waited in again)
    assert len(mails.messages) == len(webhook.calls) == 1
    for said in (mails.messages[0].get_content(), webhook.calls[0].json["message"]):
        # As many as were found when it was said: a worker that sees notices waiting delivers them by itself.
        found = re.search(r"Links: ([\d,]+)", said)
        assert found, said
        assert 1 < int(found[1].replace(",", "")) <= COUNT
        assert world.access.id in said


def nothing_is_undelivered() -> bool:
    return IncidentNotice.objects.exists() and not IncidentNotice.objects.undelivered().exists()
