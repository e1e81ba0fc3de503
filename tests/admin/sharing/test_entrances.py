"""Every way on which somebody could come to an object that they may not share: for each role, each entrance, and an
object that was given, one of another folder, and one of another bucket."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from links.domain.judging.facts import Delivery
from links.models import Incident, ShareLink, TimeRequest
from links.services.links import changes
from tests.admin.link_pages import read_form
from tests.admin.sharing.sharer import ADD, BROWSE, LIST, Sharer, Target


def has_made(sharer: Sharer, act: Callable[[], object]) -> bool:
    before = ShareLink.objects.count()
    act()
    return ShareLink.objects.count() > before


def by_name(sharer: Sharer, target: Target) -> bool:
    return has_made(sharer, lambda: sharer.make(bucket=target.bucket.pk, object_key=target.key))


def by_address(sharer: Sharer, target: Target) -> bool:
    return has_made(sharer, lambda: sharer.make(object_key=f"s3://{target.bucket.name}/{target.key}"))


def by_arn(sharer: Sharer, target: Target) -> bool:
    return has_made(sharer, lambda: sharer.make(object_key=f"arn:aws:s3:::{target.bucket.name}/{target.key}"))


def by_console(sharer: Sharer, target: Target) -> bool:
    console = f"https://eu-central-1.console.aws.amazon.com/s3/object/{target.bucket.name}?prefix={quote(target.key)}"
    return has_made(sharer, lambda: sharer.make(object_key=console))


def by_url(sharer: Sharer, target: Target) -> bool:
    return has_made(
        sharer, lambda: sharer.make(object_key=f"{sharer.setup.s3.url}/{target.bucket.name}/{quote(target.key)}")
    )


def by_signed_url(sharer: Sharer, target: Target) -> bool:
    return has_made(sharer, lambda: sharer.make(object_key=sharer.presigned_url(target)))


def presigned(sharer: Sharer, target: Target) -> bool:
    return has_made(sharer, lambda: sharer.make(bucket=target.bucket.pk, object_key=target.key, delivery="presigned"))


def foresee(sharer: Sharer, target: Target) -> bool:
    return 'class="until"' in sharer.make(bucket=target.bucket.pk, object_key=target.key, preview="1")


def browse(sharer: Sharer, target: Target) -> bool:
    folder, name = target.key.rsplit("/", 1)
    answer = sharer.client.get(BROWSE, {"bucket": str(target.bucket.pk), "prefix": f"{folder}/"})
    return f">{name}</a>" in answer.content.decode()


def browse_by_beginning(sharer: Sharer, target: Target) -> bool:
    """Also where a folder's page is asked for that was never shown."""
    answer = sharer.client.get(BROWSE, {"bucket": str(target.bucket.pk), "q": target.key[:-1], "token": "0."})
    return f"/add/?bucket={target.bucket.pk}" in answer.content.decode()


def copy(sharer: Sharer, target: Target) -> bool:
    link = sharer.own(target)
    page = sharer.client.get(ADD, {"copy": link.pk}).content.decode()
    return f'value="{target.key}"' in page


def duplicate_many(sharer: Sharer, target: Target) -> bool:
    link = sharer.own(target)
    return has_made(sharer, lambda: sharer.client.post(f"{LIST}duplicate/", {"selected": link.pk, "lifetime": ""}))


def _is_later(link: ShareLink, act: Callable[[], object]) -> bool:
    act()
    return ShareLink.objects.get(pk=link.pk).promised_until > link.promised_until


def extend(sharer: Sharer, target: Target) -> bool:
    link = sharer.own(target)
    return _is_later(link, lambda: sharer.post(link, "end", lifetime="30 days"))


def foresee_end(sharer: Sharer, target: Target) -> bool:
    return "longer: until" in sharer.post(sharer.own(target), "end", lifetime="30 days", preview="1")


def extend_many(sharer: Sharer, target: Target) -> bool:
    link = sharer.own(target)
    chosen = {"selected": link.pk, "lifetime": "30 days"}
    sharer.client.post(f"{LIST}end/", {**chosen, "preview": "1"})
    return _is_later(link, lambda: sharer.client.post(f"{LIST}end/", chosen))


def revive(sharer: Sharer, target: Target) -> bool:
    link = sharer.own(target)
    changes.revoke(link, sharer.now)
    sharer.post(link, "end", **read_form(sharer.client, link, "end") | {"lifetime": "30 days"})
    return not ShareLink.objects.get(pk=link.pk).is_revoked


def rescue(sharer: Sharer, target: Target) -> bool:
    link = sharer.own(target, "1 day", Delivery.PRESIGNED)
    return has_made(sharer, lambda: sharer.post(link, "rescue", confirm="1"))


def rescue_many(sharer: Sharer, target: Target) -> bool:
    link = sharer.own(target, "1 day", Delivery.PRESIGNED)
    return has_made(sharer, lambda: sharer.client.post(f"{LIST}rescue/", {"selected": link.pk, "confirm": "1"}))


def rescue_of_incident(sharer: Sharer, target: Target) -> bool:
    link, told = sharer.own(target, "1 day", Delivery.PRESIGNED), {"opened_at": sharer.now, "changed_at": sharer.now}
    incident = Incident.objects.create(code="key-unknown", subject=target.key, verdict="broken", link_count=1, **told)
    incident.incident_links.create(link=link, since=sharer.now)
    address = f"/admin/links/incident/{incident.pk}/rescue/"
    return has_made(sharer, lambda: sharer.client.post(address, {"confirm": "1"}))


def follow_latest(sharer: Sharer, target: Target) -> bool:
    link = sharer.own(target)
    sharer.post(link, "follow")
    return ShareLink.objects.get(pk=link.pk).follows_latest


def grant_time(sharer: Sharer, target: Target) -> bool:
    link = sharer.own(target)
    asked = TimeRequest.objects.create(link=link, at=sharer.now)
    address = f"/admin/links/timerequest/{asked.pk}/grant/"
    return _is_later(link, lambda: sharer.client.post(address, {"lifetime": "7 days"}))


def allow_more_downloads(sharer: Sharer, target: Target) -> bool:
    link = sharer.own(target)
    ShareLink.objects.filter(pk=link.pk).update(download_limit=1)
    sharer.post(link, "edit", download_limit="5", **{"initial-download_limit": "1"})
    return ShareLink.objects.get(pk=link.pk).download_limit == 5


def change_owner_page(sharer: Sharer, target: Target) -> bool:
    link, ken = sharer.own(target), User.objects.get(username="ken")
    sharer.post(link, "owner", colleague=ken.pk)
    return ShareLink.objects.get(pk=link.pk).owner == ken


def change_owner_of_many(sharer: Sharer, target: Target) -> bool:
    link, ken = sharer.own(target), User.objects.get(username="ken")
    sharer.client.post(f"{LIST}owner/", {"selected": link.pk, "colleague": ken.pk})
    return ShareLink.objects.get(pk=link.pk).owner == ken


def watch(sharer: Sharer, target: Target, place: str = "watch/", field: str = "url") -> bool:
    """Anybody's URL is watched; but a bucket of ours looks at its object only where it may be shared."""
    until = f"{sharer.now + timedelta(days=1):%Y-%m-%dT%H:%M}"
    sharer.client.post(f"{LIST}{place}", {field: sharer.presigned_url(target), "promised_until": until})
    return ShareLink.objects.filter(delivery="foreign", bucket=target.bucket, object_key=target.key).exists()


def watch_many(sharer: Sharer, target: Target) -> bool:
    return watch(sharer, target, "watch/many/", "lines")


def doctor(sharer: Sharer, target: Target) -> bool:
    answer = sharer.client.post("/admin/links/doctor/", {"url": sharer.presigned_url(target)})
    return f"/add/?bucket={target.bucket.pk}" in answer.content.decode()


Entrance = Callable[[Sharer, Target], bool]


ENTRANCES: tuple[Entrance, ...] = (
    *(by_name, by_address, by_arn, by_console, by_url, by_signed_url, presigned, foresee),
    *(browse, browse_by_beginning, copy, duplicate_many),
    *(extend, foresee_end, extend_many, revive, rescue, rescue_many, rescue_of_incident, follow_latest),
    *(grant_time, allow_more_downloads, change_owner_page, change_owner_of_many, watch, watch_many, doctor),
)


LET_THROUGH = {
    "Link maker": ["given"],
    "Manager": ["given", "other folder", "other bucket"],
    "Key keeper": [],
    "Auditor": [],
}


def try_alone(entrance: Entrance, sharer: Sharer, target: Target) -> bool:
    """Whatever it does is undone."""
    with transaction.atomic():
        is_through = entrance(sharer, target)
        transaction.set_rollback(True)
    return is_through


@pytest.mark.parametrize("role", LET_THROUGH)
def test_nobody_comes_to_what_they_may_not_share(role: str, put_in: Callable[[str], Sharer]) -> None:
    sharer = put_in(role)
    through = {
        entrance: [name for name, target in sharer.targets.items() if try_alone(entrance, sharer, target)]
        for entrance in ENTRANCES
    }
    expected = dict.fromkeys(ENTRANCES, LET_THROUGH[role])
    if role == "Link maker":
        expected[rescue_of_incident] = []
    assert through == expected
