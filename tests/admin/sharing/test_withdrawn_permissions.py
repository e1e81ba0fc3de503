"""What becomes of links once their maker may share their files no more."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from links.models import ShareLink, TimeRequest
from tests.admin.sharing.sharer import ADD, BROWSE, LIST, Sharer


def test_a_links_page_says_that_it_goes_on_and_offers_nothing_new(put_in: Callable[[str], Sharer]) -> None:
    sharer = put_in("Link maker")
    User.objects.create_superuser("root", first_name="Aiko", last_name="Mori")
    link = sharer.own(sharer.targets["other folder"])
    page = sharer.client.get(f"{LIST}{link.pk}/change/").content.decode()
    assert "This link still works" in page
    assert "Ask for permission: Aiko Mori" in page
    assert f"?copy={link.pk}" not in page
    assert (
        "This link still works"
        not in sharer.client.get(f"{LIST}{sharer.own(sharer.targets['given']).pk}/change/").content.decode()
    )


def test_what_may_be_shared_no_longer_can_still_be_ended_and_shortened(put_in: Callable[[str], Sharer]) -> None:
    sharer = put_in("Link maker")
    link = sharer.own(sharer.targets["other folder"], "30 days")
    sharer.post(link, "end", lifetime="1 day")
    assert ShareLink.objects.get(pk=link.pk).promised_until < link.promised_until
    sharer.post(link, "revoke")
    assert ShareLink.objects.get(pk=link.pk).is_revoked


def test_the_longest_lifetime_is_told_and_holds_for_making_and_extending(put_in: Callable[[str], Sharer]) -> None:
    sharer = put_in("Link maker")
    sharer.mika.share_permissions.update(max_days=7)
    given = sharer.targets["given"]
    told = "You may share this file for at most 7 days"
    assert told in sharer.make(bucket=given.bucket.pk, object_key=given.key, lifetime="8 days")
    assert not ShareLink.objects.exists()
    sharer.make(bucket=given.bucket.pk, object_key=given.key, lifetime="7 days")
    link = ShareLink.objects.get()
    assert told in sharer.post(link, "end", lifetime="8 days")
    assert ShareLink.objects.get().promised_until == link.promised_until


def test_whoever_may_share_nothing_yet_is_told_whom_to_ask(put_in: Callable[[str], Sharer]) -> None:
    sharer = put_in("Link maker")
    User.objects.create_superuser("root", first_name="Aiko", last_name="Mori")
    sharer.mika.share_permissions.all().delete()
    for page in (ADD, BROWSE):
        assert "You may not share anything yet. Ask for permission: Aiko Mori." in (
            sharer.client.get(page).content.decode()
        )


@pytest.mark.parametrize(("target", "offered"), [("given", True), ("other folder", False)])
def test_time_is_offered_only_for_what_may_still_be_shared(
    target: str, offered: bool, put_in: Callable[[str], Sharer]
) -> None:
    sharer = put_in("Link maker")
    asked = TimeRequest.objects.create(link=sharer.own(sharer.targets[target]), at=sharer.now)
    list_page = "/admin/links/timerequest/"
    assert (f"{asked.pk}/grant/" in sharer.client.get(list_page).content.decode()) is offered
    page = sharer.client.get(f"{list_page}{asked.pk}/change/").content.decode()
    assert ('name="lifetime"' in page) is offered
    assert ("who to ask for permission" in page) is not offered
    assert f"{asked.pk}/decline/" in page
