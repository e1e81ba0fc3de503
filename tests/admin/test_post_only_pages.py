"""Pages that only take a button's press, when somebody comes to them by their address."""

from collections.abc import Iterator
from datetime import datetime
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from links.domain.events.kinds import EventKind
from links.models import Incident, TimeRequest
from links.services.webhooks import webhooks
from tests.fixtures import Setup, let_share

OF_A_ROW = {
    *("links_sharelink_validate", "links_sharelink_follow", "links_sharelink_rescue", "links_timerequest_grant"),
    *("links_timerequest_decline", "links_bucket_test", "links_bucket_withdraw", "links_incident_rescue"),
    *("links_signingkey_prove", "links_webhook_test", "links_webhook_on", "links_webhook_off"),
}
OF_A_LIST = {
    *("links_sharelink_find", "links_sharelink_end_many", "links_sharelink_duplicate_many"),
    *("links_sharelink_owner_many", "links_sharelink_rescue_many", "links_sharelink_revoke_many"),
}


def list_pages(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, set[str]]]:
    """Each named page of the admin below, and its parameters."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from list_pages(entry, entry.namespace or namespace)
        elif isinstance(entry, URLPattern) and entry.name and namespace == "admin":
            yield entry.name, set(entry.pattern.regex.groupindex)


@pytest.fixture
def pages(setup: Setup, admin_user: User, now: datetime) -> dict[str, str]:
    """The address of each page of the admin, with rows to show, by its name."""
    let_share(admin_user)
    link = setup.create_link().link
    Incident.objects.create(
        code="object-missing", subject=f"link:{link.pk}", verdict="broken", opened_at=now, changed_at=now
    )
    TimeRequest.objects.create(link=link, at=now)
    rows = {"sharelink": link, "timerequest": TimeRequest.objects.get(), "incident": Incident.objects.get()}
    rows |= {"bucket": setup.bucket, "signingkey": setup.key}
    rows |= {"webhook": webhooks.add("orders", f"{setup.s3.url}/hook", [EventKind.LINK_MADE], None, now).webhook}
    found = {}
    for name, parameters in list_pages(get_resolver()):
        model = name.split("_")[1] if name.startswith("links_") else ""
        values = {"object_id": rows[model].pk if model in rows else 1, "permission_id": 1}
        if parameters <= values.keys():
            found[name] = reverse(f"admin:{name}", kwargs={each: values[each] for each in parameters})
    return found


@pytest.mark.parametrize("method", ["get", "head"])
def test_no_page_that_takes_a_press_is_a_dead_end(admin_client: Client, pages: dict[str, str], method: str) -> None:
    for name, page in pages.items():
        assert getattr(admin_client, method)(page).status_code != 405, name
    assert pages.keys() >= OF_A_ROW | OF_A_LIST


def test_where_the_button_stands_it_is_said_that_nothing_was_done(admin_client: Client, pages: dict[str, str]) -> None:
    for name in OF_A_ROW | OF_A_LIST | {"logout"}:
        answer = admin_client.get(pages[name], follow=True)
        assert answer.status_code == 200, name
        assert "Nothing was changed. Press the button again." in unescape(answer.content.decode()), name
        model = name.split("_")[1] if "_" in name else ""
        kind = "change" if name in OF_A_ROW else "changelist"
        assert answer.resolver_match.url_name == (f"links_{model}_{kind}" if model else "index"), name


def test_it_is_said_in_japanese(admin_client: Client, pages: dict[str, str]) -> None:
    answer = admin_client.get(pages["links_sharelink_validate"], follow=True, headers={"Accept-Language": "ja"})
    assert "まだ何も行われていません" in answer.content.decode()


def test_nobody_is_let_press_by_another_method(admin_client: Client, pages: dict[str, str]) -> None:
    assert admin_client.put(pages["links_sharelink_validate"]).status_code == 405


def test_after_signing_in_again_the_links_page_is_there(client: Client, pages: dict[str, str]) -> None:
    User.objects.create_superuser("root", password="a good password")
    page = client.get(pages["links_sharelink_validate"], follow=True)
    entered = {"username": "root", "password": "a good password", "next": page.context["next"]}
    answer = client.post(page.redirect_chain[-1][0], entered, follow=True)
    assert answer.status_code == 200
    assert "Nothing was changed. Press the button again." in unescape(answer.content.decode())
