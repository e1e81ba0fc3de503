"""Validating links at once."""

from datetime import datetime, timedelta

import pytest
from celery import current_app
from django.test import Client
from django.utils import timezone

from links.models import ShareLink, Validation
from links.services.links import changes
from tests.admin.link_pages import choose, page_of
from tests.fixtures import Setup


def test_validate_now_is_done_here_when_no_worker_hears(admin_client: Client, setup: Setup) -> None:
    new_link = setup.create_link()
    answer = admin_client.post(page_of(new_link.link, "validate"), follow=True)
    assert "Healthy" in str(next(iter(answer.context["messages"])))
    assert Validation.objects.get().verdict == "healthy"


def test_validate_now_is_left_to_a_worker_that_hears(
    admin_client: Client, setup: Setup, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_link = setup.create_link()
    ShareLink.objects.update(due_at=now + timedelta(days=1))
    heard: list[object] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args, **_: heard.append((name, args)))
    admin_client.post(page_of(new_link.link, "validate"))
    assert heard == [("links.tasks.validate_links", [[new_link.link.pk]])]
    assert ShareLink.objects.due(timezone.now()).exists()
    assert not Validation.objects.exists()


def test_many_links_are_validated_and_those_that_are_over_are_left_out(admin_client: Client, setup: Setup) -> None:
    links = [setup.create_link().link for _ in range(3)]
    changes.revoke(links[0], timezone.now())
    rows = choose(admin_client, "validate_selected", *links).context["page"].rows
    assert {row.link.pk: row.badge.word for row in rows} == {
        links[0].pk: "Left out",
        links[1].pk: "Healthy",
        links[2].pk: "Healthy",
    }
    assert Validation.objects.count() == 2
