from datetime import UTC, datetime, timedelta

import pytest

from links.domain.reasons import Reason
from links.models import ShareLink
from links.services import queue
from links.services.validation import on_demand
from links.services.validation.batches import validate_links
from links.services.validation.on_demand import ValidationQueued


def add_links(count: int, revoked_at: datetime | None = None) -> list[ShareLink]:
    now = datetime.now(UTC)
    return [
        ShareLink.objects.create(
            delivery="stable", asked_until=now, promised_until=now + timedelta(days=1), created_at=now,
            revoked_at=revoked_at,
        )
        for _ in range(count)
    ]  # fmt: skip


def test_links_are_due_even_when_too_many_to_be_done_at_once(
    db: None, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "enqueue_now", lambda *_: False)
    links = add_links(on_demand.IN_PLACE + 1)
    asked = on_demand.ask_for_validation(links, lambda: now)
    assert [one.item for one in asked] == links
    assert {one.done for one in asked} == {ValidationQueued(is_queued=False)}
    assert ShareLink.objects.due(now).count() == len(links)


def test_a_revoked_link_is_never_due_again(db: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "enqueue_now", lambda *_: True)
    (asked,) = on_demand.ask_for_validation(add_links(1, revoked_at=now), lambda: now)
    assert asked.refused
    assert asked.refused.reason is Reason.VALIDATION_LEFT_OUT
    assert not ShareLink.objects.due(now).exists()


def test_a_link_that_waits_already_has_waited_as_long_as_before(
    db: None, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often somebody asks, the pages that say since when work waits stay right."""
    monkeypatch.setattr(queue, "enqueue_now", lambda *_: True)
    (link,) = add_links(1)
    long_ago = now - timedelta(hours=1)
    ShareLink.objects.update(due_at=long_ago, leased_until=now + timedelta(hours=1))
    on_demand.ask_for_validation([link], lambda: now)
    assert validate_links([link.pk], lambda: now) == []
    assert ShareLink.objects.get().due_at == long_ago
