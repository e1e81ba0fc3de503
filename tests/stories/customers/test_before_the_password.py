"""Whoever has the URL of a link with a password, a chat's previewer among them, is told nothing of the file before the
password was right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core import signing
from django.test import Client
from django.utils import timezone

from links.models import ShareLink
from links.public.downloads import _ASK_SALT
from tests.fixtures import OBJECT, Setup, token_of
from tests.site_settings import SiteSettings

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

PASSWORD = "correct horse"
END = datetime(2031, 7, 23, 4, 5, tzinfo=UTC)
SLACK = {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"}
# Title, name of the file, sender, size, end (and its machine's form), downloads left.
SECRETS = ("annual figures", "report", OBJECT, "年次", "Mika", "Sato", "1234", "1.2", "2031", "July", "65347", "65,347")


def protect(setup: Setup, **terms: Any) -> str:
    new_link = setup.create_link()
    owner = User.objects.create_user("mika", first_name="Mika", last_name="Sato")
    ShareLink.objects.update(
        **{
            "title": "The annual figures",
            "owner": owner,
            "password": make_password(PASSWORD),
            "promised_until": END,
            "download_limit": 65347,
            **terms,
        }
    )
    return f"/s/{token_of(new_link.url)}"


def find_told(answer: Answer) -> list[str]:
    """Which secrets an answer tells in whatever part of it."""
    headers = "".join(f"{name}: {unquote(value)}\n" for name, value in answer.headers.items() if name != "Date")
    told = headers + unquote(answer.content.decode())
    return [secret for secret in SECRETS if secret in told]


def nothing(setup: Setup) -> None:
    """The link is open."""


def end(setup: Setup) -> None:
    ShareLink.objects.update(promised_until=END.replace(year=2021))


def use_up(setup: Setup) -> None:
    ShareLink.objects.update(visit_count=65347)


def revoke(setup: Setup) -> None:
    ShareLink.objects.update(revoked_at=timezone.now())


def delay(setup: Setup) -> None:
    ShareLink.objects.update(starts_at=timezone.now().replace(microsecond=0) + timedelta(days=1))


def replace(setup: Setup) -> None:
    ShareLink.objects.update(findings=[{"code": "object-replaced"}])


STATES = [(nothing, 200), (end, 410), (use_up, 410), (revoke, 410), (delay, 403), (replace, 410)]


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("headers", [{}, SLACK], ids=["a person", "a previewer"])
@pytest.mark.parametrize(("change", "status"), STATES)
def test_in_no_state_the_page_tells_of_the_file(
    change: Callable[[Setup], None], status: int, headers: dict[str, str], language: str, client: Client, setup: Setup
) -> None:
    path = f"{protect(setup)}?lang={language}"
    change(setup)
    answers = [client.get(path, headers=headers), client.head(path, headers=headers)]
    assert [answer.status_code for answer in answers] == [status, status]
    assert [find_told(answer) for answer in answers] == [[], []]
    assert "2021" not in answers[0].content.decode()


@pytest.mark.parametrize(("change", "status"), [(nothing, 403), *STATES[1:]])
def test_a_wrong_password_tells_no_more(
    change: Callable[[Setup], None], status: int, client: Client, setup: Setup
) -> None:
    path = protect(setup)
    change(setup)
    answer = client.post(path, {"password": "wrong"})
    assert answer.status_code == status
    assert find_told(answer) == []


def test_after_too_many_wrong_passwords_nothing_is_told_either(client: Client, setup: Setup) -> None:
    path = protect(setup)
    for _ in range(11):
        answer = client.post(path, {"password": "wrong"})
    assert answer.status_code == 429
    assert find_told(answer) == []


def test_a_question_that_has_to_be_corrected_tells_nothing(client: Client, setup: Setup) -> None:
    protect(setup)
    end(setup)
    which = signing.dumps(ShareLink.objects.get().pk, salt=_ASK_SALT)
    answer = client.post("/ask", {"which": which, "mail": "no address"})
    assert answer.status_code == 410
    assert "2021" not in answer.content.decode()
    assert find_told(answer) == []


def test_in_another_browser_what_the_password_opened_is_told_to_nobody(client: Client, setup: Setup) -> None:
    ready = client.post(protect(setup), {"password": PASSWORD})["Location"]
    for path in (ready, f"{ready}file"):
        answer = Client().get(path)
        assert answer.status_code == 403
        assert find_told(answer) == []


def test_who_gave_the_password_is_told_everything(client: Client, setup: Setup) -> None:
    path = protect(setup)
    ready = client.post(path, {"password": PASSWORD})["Location"]
    for page in (client.get(ready), client.get(path)):
        assert {"report", "年次", "Mika", "Sato", "1.2", "2031", "July"} <= set(find_told(page))
    end(setup)
    assert "2021" in client.get(ready).content.decode()


def test_the_page_says_that_a_protected_file_is_there(client: Client, setup: Setup) -> None:
    page = client.get(protect(setup)).content.decode()
    assert "A protected file was shared with you" in page
    assert 'name="password"' in page


def test_a_site_may_say_who_shares_the_file_and_nothing_else(
    client: Client, setup: Setup, site_settings: SiteSettings
) -> None:
    site_settings.SENDER_BEFORE_PASSWORD = True
    assert find_told(client.get(protect(setup))) == ["Mika", "Sato"]
