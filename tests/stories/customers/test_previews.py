"""Programs that open links ahead of people get a page that tells nothing of the file, and count as nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from links.models import LinkMail, ShareLink, Visit
from links.services.links.creation import NewLink
from tests.fixtures import OBJECT, Setup, lose_the_file, token_of

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

SLACK = {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"}
PREFETCHING = {"User-Agent": "Mozilla/5.0 Chrome/120.0.0.0", "Sec-Purpose": "prefetch;prerender"}
FILENAME = OBJECT.rpartition("/")[2]
TITLE = "The annual figures"


def create_link(setup: Setup, **terms: Any) -> NewLink:
    new_link = setup.create_link()
    owner = User.objects.create_user("mika", email="mika@example.com")
    ShareLink.objects.filter(pk=new_link.link.pk).update(title=TITLE, owner=owner, **terms)
    return new_link


def outcomes() -> list[tuple[str, str]]:
    return list(Visit.objects.order_by("pk").values_list("outcome", "browser"))


def tells_of_the_file(answer: Answer) -> list[str]:
    told = f"{answer.content.decode()} {dict(answer.headers)}"
    return [word for word in (FILENAME, quote(FILENAME), TITLE, "report", "1.2", "Content-Disposition") if word in told]


@pytest.mark.parametrize("terms", [{}, {"download_limit": 2}, {"slug": "figures", "is_public": True}])
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_previewer_is_told_nothing_of_the_file_and_counts_as_nothing(
    method: str, terms: dict[str, Any], client: Client, setup: Setup
) -> None:
    new_link = create_link(setup, notify_downloads=True, **terms)
    path = "/f/figures" if "slug" in terms else f"/s/{token_of(new_link.url)}"
    answer = getattr(client, method)(path, headers=SLACK)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/html")
    assert "Location" not in answer
    assert not tells_of_the_file(answer)
    new_link.link.refresh_from_db()
    assert (new_link.link.visit_count, new_link.link.visited_at, new_link.link.is_opened) == (0, None, False)
    assert not LinkMail.objects.exists()
    assert outcomes() == [("preview", "Slackbot-LinkExpanding")]


def test_a_person_who_was_taken_for_a_program_downloads_by_the_button(client: Client, setup: Setup) -> None:
    new_link = create_link(setup)
    path = f"/s/{token_of(new_link.url)}"
    page = client.get(path, headers=SLACK).content.decode()
    assert '<button class="press">Download</button>' in page
    assert 'type="password"' not in page
    ready = client.post(path, headers=SLACK)["Location"]
    answer = client.get(f"{ready}file", headers=SLACK)
    with urlopen(answer["Location"]) as file:
        assert file.read() == b"x" * 1234
    assert ready in client.get(path, headers=SLACK).content.decode()  # who opens it again goes on, and is not counted
    new_link.link.refresh_from_db()
    assert new_link.link.visit_count == 1
    assert [outcome for outcome, _ in outcomes()] == ["preview", "served"]


def test_the_customer_who_comes_after_the_previewer_is_the_first_to_download(client: Client, setup: Setup) -> None:
    new_link = create_link(setup, notify_downloads=True)
    client.get(f"/s/{token_of(new_link.url)}", headers=SLACK)
    assert client.get(f"/s/{token_of(new_link.url)}", headers={"User-Agent": "curl/8.5.0"}).status_code == 302
    new_link.link.refresh_from_db()
    assert new_link.link.visit_count == 1
    assert LinkMail.objects.get().params == {"count": 1}


def test_a_browser_that_prefetches_is_not_counted_and_asks_again(client: Client, setup: Setup) -> None:
    new_link = create_link(setup)
    answer = client.get(f"/s/{token_of(new_link.url)}", headers=PREFETCHING)
    assert (answer.status_code, answer["Cache-Control"]) == (503, "no-store")
    assert not tells_of_the_file(answer)
    assert client.get(f"/s/{token_of(new_link.url)}").status_code == 302
    assert [outcome for outcome, _ in outcomes()] == ["preview", "served"]


def end(setup: Setup) -> None:
    ShareLink.objects.update(promised_until=timezone.now() - timedelta(seconds=1))


def revoke(setup: Setup) -> None:
    ShareLink.objects.update(revoked_at=timezone.now())


def use_up(setup: Setup) -> None:
    ShareLink.objects.update(download_limit=1, visit_count=1)


@pytest.mark.parametrize(("change", "status"), [(end, 410), (revoke, 410), (use_up, 410), (lose_the_file, 503)])
def test_a_monitor_learns_how_a_link_stands_and_no_customer_came_too_late(
    client: Client, setup: Setup, change: Callable[[Setup], None], status: int
) -> None:
    new_link = create_link(setup)
    change(setup)
    answer = client.get(f"/s/{token_of(new_link.url)}", headers={"User-Agent": "UptimeRobot/2.0"})
    assert answer.status_code == status
    assert not tells_of_the_file(answer)
    assert outcomes() == [("preview", "UptimeRobot")]


def test_a_previewer_that_comes_each_minute_makes_few_rows(client: Client, setup: Setup) -> None:
    path = f"/s/{token_of(create_link(setup).url)}"
    for _ in range(30):
        client.get(path, headers=SLACK)
    assert Visit.objects.count() == 1
    assert Visit.objects.get().times == 30
