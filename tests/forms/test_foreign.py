from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User

from links.domain.findings import Code
from links.forms.foreign import WatchForm
from links.models import ShareLink
from tests.fixtures import OBJECT, Setup, let_share

INSIDE = (
    "https://10.0.0.1/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAX%2F20261124%2Fr%2Fs3%2Faws4_request"
    "&X-Amz-Date=20261124T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00"
)


def fill(url: str, until: datetime) -> WatchForm:
    form = WatchForm(User(), {"url": url, "promised_until": until.strftime("%Y-%m-%dT%H:%M"), "note": ""})
    assert form.is_valid(), form.errors
    return form


def sign_temporarily(setup: Setup, now: datetime) -> str:
    session = setup.s3.assume_role("app", "session", ends_at=now + timedelta(hours=1))
    return setup.s3.presigner(session, setup.stored).v4(OBJECT, expires=604800, at=now)


def test_a_url_is_read_without_asking_anybody(setup: Setup, now: datetime) -> None:
    url, asked = sign_temporarily(setup, now), len(setup.s3.requests)
    diagnosis = fill(url, now + timedelta(days=30)).examine(now)
    assert diagnosis is not None
    assert diagnosis.judgement.findings[0].code is Code.TEMPORARY_CREDENTIALS
    assert len(setup.s3.requests) == asked
    assert not ShareLink.objects.exists()


def test_a_url_is_watched_for_whoever_registered_it(setup: Setup, now: datetime) -> None:
    owner = User.objects.create_user("mika")
    let_share(owner)
    new_link = fill(sign_temporarily(setup, now), now + timedelta(days=30)).register(owner, now)
    assert new_link is not None
    assert (new_link.link.owner, new_link.link.object_key) == (owner, OBJECT)


@pytest.mark.parametrize(
    ("url", "days", "field"),
    [
        ("no address at all", 1, "url"),
        ("https://example.com/file.pdf", 1, "url"),
        (INSIDE, 1, "url"),
    ],
)
def test_a_refusal_stands_at_the_field_that_it_is_about(
    url: str, days: int, field: str, setup: Setup, now: datetime
) -> None:
    form = fill(url, now + timedelta(days=days))
    assert form.register(User.objects.create_user("mika"), now) is None
    assert list(form.errors) == [field]


def test_a_promise_in_the_past_is_refused(setup: Setup, now: datetime) -> None:
    form = fill(sign_temporarily(setup, now), now - timedelta(days=1))
    assert form.register(User.objects.create_user("mika"), now) is None
    assert list(form.errors) == ["promised_until"]
