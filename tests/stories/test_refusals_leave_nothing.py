"""Whatever is refused leaves no row behind: no customer who was named, no link, nothing that waits to be sent."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from links.domain.judging.facts import Delivery
from links.models import Customer, ShareLink
from tests.fixtures import OBJECT, Setup

LIST = "/admin/links/sharelink/"
TOMORROW = f"{timezone.now() + timedelta(days=1):%Y-%m-%dT%H:%M}"


def count_rows() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in apps.get_app_config("links").get_models()}


def refuse_new_link(client: Client, link: ShareLink) -> None:
    client.post(
        f"{LIST}add/",
        {
            "bucket": link.bucket_id,
            "object_key": "nothing.pdf",
            "lifetime": "1 day",
            "delivery": "stable",
            "customer": "New Ltd.",
        },
    )


def refuse_change(client: Client, link: ShareLink) -> None:
    client.post(f"{LIST}{link.pk}/edit/", {"customer": "New Ltd.", "remind_days": "300"})


def refuse_copy(client: Client, link: ShareLink) -> None:
    ShareLink.objects.update(password="a hash")
    client.post(f"{LIST}duplicate/", {"selected": str(link.pk), "lifetime": "1 day"})


def refuse_rescue(client: Client, link: ShareLink) -> None:
    client.post(f"{LIST}rescue/", {"selected": str(link.pk), "confirm": "yes"})


def refuse_watch(client: Client, link: ShareLink) -> None:
    client.post(f"{LIST}watch/", {"url": "https://files.example.com/a.pdf", "promised_until": TOMORROW})


def refuse_watch_many(client: Client, link: ShareLink) -> None:
    lines = "https://files.example.com/a.pdf\nhttps://files.example.com/b.pdf?X-Amz-Signature=1"
    client.post(f"{LIST}watch/many/", {"lines": lines, "promised_until": TOMORROW})


@pytest.mark.parametrize(
    "refuse", [refuse_new_link, refuse_change, refuse_copy, refuse_rescue, refuse_watch, refuse_watch_many]
)
def test_what_is_refused_leaves_no_row_behind(
    refuse: Callable[[Client, ShareLink], None], admin_client: Client, setup: Setup
) -> None:
    link = setup.create_link().link
    Customer.objects.create(name="ACME", created_at=timezone.now())
    admin_client.get(LIST)  # who reads pages is known from then on, by language and zone
    before = count_rows()
    refuse(admin_client, link)
    assert count_rows() == before


def test_the_same_requests_do_add_rows_where_nothing_stands_in_their_way(
    admin_client: Client, admin_user: User, setup: Setup
) -> None:
    """Else the test above would prove nothing."""
    link = setup.create_link("1 day", Delivery.PRESIGNED).link
    admin_client.post(f"{LIST}{link.pk}/edit/", {"customer": "New Ltd."})
    assert Customer.objects.get().added_by == admin_user
    made = count_rows()["ShareLink"]
    entered = {"bucket": setup.bucket.pk, "object_key": OBJECT, "lifetime": "1 day", "delivery": "stable"}
    admin_client.post(f"{LIST}add/", entered)
    admin_client.post(f"{LIST}duplicate/", {"selected": str(link.pk), "lifetime": "1 day"})
    admin_client.post(f"{LIST}rescue/", {"selected": str(link.pk), "confirm": "yes"})
    assert count_rows()["ShareLink"] == made + 3
