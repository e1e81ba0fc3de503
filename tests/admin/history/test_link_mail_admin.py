from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.models import User
from django.test import Client

from links.models import LinkMail, ShareLink

LIST = "/admin/links/linkmail/"


def write(now: datetime, owner: User | None = None, **fields: object) -> LinkMail:
    link = ShareLink.objects.create(
        delivery="stable", owner=owner, asked_until=now, promised_until=now, created_at=now, object_key="a.pdf"
    )
    stated: dict[str, object] = {"kind": "ending", "to": "mika@example.com", "created_at": now}
    return LinkMail.objects.create(link=link, **{**stated, **fields})


def test_letters_say_whether_they_arrived(admin_client: Client, now: datetime) -> None:
    write(now, delivered_at=now)
    write(now, attempts=3, last_error="SMTPServerDisconnected", kind="time-asked")
    write(now, given_up_at=now, kind="from-the-future")
    page = admin_client.get(LIST).content.decode()
    for told in (
        "Delivered",
        "Waiting",
        "Given up",
        "Expires soon",
        "Request for more time",
        "from-the-future",
        "SMTPServer",
    ):
        assert told in page
    assert admin_client.get(f"{LIST}add/").status_code == 403


def test_one_sees_the_letters_about_links_that_one_may_see(now: datetime, sign_in: Callable[..., Client]) -> None:
    client = sign_in("view_linkmail")
    write(now, User.objects.get(username="mika"), to="mine@example.com")
    write(now, to="theirs@example.com")
    page = client.get(LIST).content.decode()
    assert "mine@example.com" in page
    assert "theirs@example.com" not in page
