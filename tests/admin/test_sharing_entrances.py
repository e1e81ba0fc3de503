"""Every way on which somebody could come to an object that they may not share: for each role, each entrance, and an
object that was given, one of another folder, and one of another bucket."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

import pytest
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.test import Client

from links.domain.judging.facts import Delivery
from links.domain.sharing import EVERYTHING
from links.models import Bucket, Incident, ShareLink, TimeRequest
from links.services.buckets import binding
from links.services.links import changes, creation
from tests.admin.link_pages import read_form
from tests.fixtures import OBJECT, Setup, let_share
from tests.markup import tidy

LIST = "/admin/links/sharelink/"
ADD, BROWSE = f"{LIST}add/", f"{LIST}browse/"
HIDDEN, VAULTED = "secret/plans.pdf", "hoard/gold.pdf"
UNSEEN = ("secret", "plans", "vault", "hoard", "gold")


@dataclass(frozen=True)
class Target:
    """An object, of a bucket that the store's server has under the same name."""

    bucket: Bucket
    key: str


@dataclass(frozen=True)
class Scene:
    setup: Setup
    client: Client
    mika: User
    now: datetime
    targets: dict[str, Target]

    def own(self, target: Target, lifetime: str = "1 hour", delivery: Delivery = Delivery.STABLE) -> ShareLink:
        """A link of mika's to this object, from a time at which it could be shared."""
        link_request = creation.NewLinkRequest(
            target.bucket, target.key, lifetime, UTC, EVERYTHING, delivery=delivery, owner=self.mika
        )
        return creation.create_link(link_request, self.now).link

    def presigned_url(self, target: Target) -> str:
        stored = self.setup.s3.buckets[target.bucket.name]
        return self.setup.s3.presigner(self.setup.access_key, stored).v4(target.key, expires=3600)

    def make(self, **entered: object) -> str:
        answer = self.client.post(ADD, {"lifetime": "1 day", "delivery": "stable", **entered}, follow=True)
        return answer.content.decode() if answer.status_code == 200 else ""

    def post(self, link: ShareLink, page: str, **entered: object) -> str:
        return self.client.post(f"{LIST}{link.pk}/{page}/", entered, follow=True).content.decode()


@pytest.fixture
def put_in(setup: Setup, now: datetime) -> Callable[[str], Scene]:
    """Signs mika in under a role, who was let share `reports/` of one of two buckets."""
    setup.stored.put(HIDDEN, b"x")
    vault = setup.s3.add_bucket("vault", region="eu-central-1")
    vault.put(VAULTED, b"x")
    other = binding.add_bucket("vault", setup.key, now=now)

    def make(role: str) -> Scene:
        mika, ken = (User.objects.create_user(name, is_staff=True) for name in ("mika", "ken"))
        for person in (mika, ken):
            person.groups.add(Group.objects.get(name=role))
            let_share(person, "reports/", bucket=setup.bucket)
        client = Client()
        client.force_login(mika)
        targets = {
            "given": Target(setup.bucket, OBJECT),
            "other folder": Target(setup.bucket, HIDDEN),
            "other bucket": Target(other, VAULTED),
        }
        return Scene(setup, client, mika, now, targets)

    return make


def has_made(scene: Scene, act: Callable[[], object]) -> bool:
    before = ShareLink.objects.count()
    act()
    return ShareLink.objects.count() > before


def by_name(scene: Scene, target: Target) -> bool:
    return has_made(scene, lambda: scene.make(bucket=target.bucket.pk, object_key=target.key))


def by_address(scene: Scene, target: Target) -> bool:
    return has_made(scene, lambda: scene.make(object_key=f"s3://{target.bucket.name}/{target.key}"))


def by_arn(scene: Scene, target: Target) -> bool:
    return has_made(scene, lambda: scene.make(object_key=f"arn:aws:s3:::{target.bucket.name}/{target.key}"))


def by_console(scene: Scene, target: Target) -> bool:
    console = f"https://eu-central-1.console.aws.amazon.com/s3/object/{target.bucket.name}?prefix={quote(target.key)}"
    return has_made(scene, lambda: scene.make(object_key=console))


def by_url(scene: Scene, target: Target) -> bool:
    return has_made(
        scene, lambda: scene.make(object_key=f"{scene.setup.s3.url}/{target.bucket.name}/{quote(target.key)}")
    )


def by_signed_url(scene: Scene, target: Target) -> bool:
    return has_made(scene, lambda: scene.make(object_key=scene.presigned_url(target)))


def presigned(scene: Scene, target: Target) -> bool:
    return has_made(scene, lambda: scene.make(bucket=target.bucket.pk, object_key=target.key, delivery="presigned"))


def foresee(scene: Scene, target: Target) -> bool:
    return 'class="until"' in scene.make(bucket=target.bucket.pk, object_key=target.key, preview="1")


def browse(scene: Scene, target: Target) -> bool:
    folder, name = target.key.rsplit("/", 1)
    answer = scene.client.get(BROWSE, {"bucket": str(target.bucket.pk), "prefix": f"{folder}/"})
    return f">{name}</a>" in answer.content.decode()


def browse_by_beginning(scene: Scene, target: Target) -> bool:
    """Also where a folder's page is asked for that was never shown."""
    answer = scene.client.get(BROWSE, {"bucket": str(target.bucket.pk), "q": target.key[:-1], "token": "0."})
    return f"/add/?bucket={target.bucket.pk}" in answer.content.decode()


def copy(scene: Scene, target: Target) -> bool:
    link = scene.own(target)
    page = scene.client.get(ADD, {"copy": link.pk}).content.decode()
    return f'value="{target.key}"' in page


def duplicate_many(scene: Scene, target: Target) -> bool:
    link = scene.own(target)
    return has_made(scene, lambda: scene.client.post(f"{LIST}duplicate/", {"selected": link.pk, "lifetime": ""}))


def _is_later(link: ShareLink, act: Callable[[], object]) -> bool:
    act()
    return ShareLink.objects.get(pk=link.pk).promised_until > link.promised_until


def extend(scene: Scene, target: Target) -> bool:
    link = scene.own(target)
    return _is_later(link, lambda: scene.post(link, "end", lifetime="30 days"))


def foresee_end(scene: Scene, target: Target) -> bool:
    return "longer: until" in scene.post(scene.own(target), "end", lifetime="30 days", preview="1")


def extend_many(scene: Scene, target: Target) -> bool:
    link = scene.own(target)
    chosen = {"selected": link.pk, "lifetime": "30 days"}
    scene.client.post(f"{LIST}end/", {**chosen, "preview": "1"})
    return _is_later(link, lambda: scene.client.post(f"{LIST}end/", chosen))


def revive(scene: Scene, target: Target) -> bool:
    link = scene.own(target)
    changes.revoke(link, scene.now)
    scene.post(link, "end", **read_form(scene.client, link, "end") | {"lifetime": "30 days"})
    return not ShareLink.objects.get(pk=link.pk).is_revoked


def rescue(scene: Scene, target: Target) -> bool:
    link = scene.own(target, "1 day", Delivery.PRESIGNED)
    return has_made(scene, lambda: scene.post(link, "rescue", confirm="1"))


def rescue_many(scene: Scene, target: Target) -> bool:
    link = scene.own(target, "1 day", Delivery.PRESIGNED)
    return has_made(scene, lambda: scene.client.post(f"{LIST}rescue/", {"selected": link.pk, "confirm": "1"}))


def rescue_of_incident(scene: Scene, target: Target) -> bool:
    link, told = scene.own(target, "1 day", Delivery.PRESIGNED), {"opened_at": scene.now, "changed_at": scene.now}
    incident = Incident.objects.create(code="key-unknown", subject=target.key, verdict="broken", link_count=1, **told)
    incident.incident_links.create(link=link, since=scene.now)
    address = f"/admin/links/incident/{incident.pk}/rescue/"
    return has_made(scene, lambda: scene.client.post(address, {"confirm": "1"}))


def follow_latest(scene: Scene, target: Target) -> bool:
    link = scene.own(target)
    scene.post(link, "follow")
    return ShareLink.objects.get(pk=link.pk).follows_latest


def grant_time(scene: Scene, target: Target) -> bool:
    link = scene.own(target)
    asked = TimeRequest.objects.create(link=link, at=scene.now)
    address = f"/admin/links/timerequest/{asked.pk}/grant/"
    return _is_later(link, lambda: scene.client.post(address, {"lifetime": "7 days"}))


def allow_more_downloads(scene: Scene, target: Target) -> bool:
    link = scene.own(target)
    ShareLink.objects.filter(pk=link.pk).update(download_limit=1)
    scene.post(link, "edit", download_limit="5", **{"initial-download_limit": "1"})
    return ShareLink.objects.get(pk=link.pk).download_limit == 5


def change_owner_page(scene: Scene, target: Target) -> bool:
    link, ken = scene.own(target), User.objects.get(username="ken")
    scene.post(link, "owner", colleague=ken.pk)
    return ShareLink.objects.get(pk=link.pk).owner == ken


def change_owner_of_many(scene: Scene, target: Target) -> bool:
    link, ken = scene.own(target), User.objects.get(username="ken")
    scene.client.post(f"{LIST}owner/", {"selected": link.pk, "colleague": ken.pk})
    return ShareLink.objects.get(pk=link.pk).owner == ken


def watch(scene: Scene, target: Target) -> bool:
    """Anybody's URL is watched; but a bucket of ours looks at its object only where it may be shared."""
    entered = {"url": scene.presigned_url(target), "promised_until": f"{scene.now + timedelta(days=1):%Y-%m-%dT%H:%M}"}
    scene.client.post(f"{LIST}watch/", entered)
    return ShareLink.objects.filter(delivery="foreign", bucket=target.bucket, object_key=target.key).exists()


def watch_many(scene: Scene, target: Target) -> bool:
    entered = {
        "lines": scene.presigned_url(target),
        "promised_until": f"{scene.now + timedelta(days=1):%Y-%m-%dT%H:%M}",
    }
    scene.client.post(f"{LIST}watch/many/", entered)
    return ShareLink.objects.filter(delivery="foreign", bucket=target.bucket, object_key=target.key).exists()


def doctor(scene: Scene, target: Target) -> bool:
    answer = scene.client.post("/admin/links/doctor/", {"url": scene.presigned_url(target)})
    return f"/add/?bucket={target.bucket.pk}" in answer.content.decode()


Entrance = Callable[[Scene, Target], bool]
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


def try_alone(entrance: Entrance, scene: Scene, target: Target) -> bool:
    """Whatever it does is undone."""
    with transaction.atomic():
        is_through = entrance(scene, target)
        transaction.set_rollback(True)
    return is_through


@pytest.mark.parametrize("role", LET_THROUGH)
def test_nobody_comes_to_what_they_may_not_share(role: str, put_in: Callable[[str], Scene]) -> None:
    scene = put_in(role)
    through = {
        entrance: [name for name, target in scene.targets.items() if try_alone(entrance, scene, target)]
        for entrance in ENTRANCES
    }
    expected = dict.fromkeys(ENTRANCES, LET_THROUGH[role])
    if role == "Link maker":
        expected[rescue_of_incident] = []
    assert through == expected


# Nothing is told of what may not be shared ----------------------------------------------------------------------------


def tell(answer: object, *names: str) -> str:
    """An answer without the names that were asked for and without what differs each time."""
    text = f"{answer.status_code} {answer.content.decode()}"  # type: ignore[attr-defined]
    text = re.sub(r'(csrfmiddlewaretoken" value="|nonce[=-]"?)[^"\']+', "", text)
    text = re.sub(r"gAAAAA[\w=-]+", "", text)  # a pasted URL that is kept for the next press, encrypted
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(quote(name), "NAME").replace(name, "NAME")
    return text


@pytest.mark.parametrize("shape", ["s3://{}/{}", "arn:aws:s3:::{}/{}", "{store}/{}/{}", "signed"])
@pytest.mark.parametrize("preview", [True, False])
def test_what_may_not_be_shared_reads_like_what_is_not_there(
    shape: str, preview: bool, put_in: Callable[[str], Scene]
) -> None:
    scene, query = put_in("Link maker"), "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A&X-Amz-Signature=b"
    asked = len(scene.setup.s3.requests)

    def ask(bucket: str, key: str) -> str:
        store = scene.setup.s3.url
        address = f"{store}/{bucket}/{key}{query}" if shape == "signed" else shape.format(bucket, key, store=store)
        more = {"preview": "1"} if preview else {}
        entered = {"object_key": address, "lifetime": "1 day", "delivery": "stable", **more}
        return tell(scene.client.post(ADD, entered), bucket, key)

    nowhere = ask("nowhere", "no/such.pdf")
    assert "for the permission" in nowhere
    assert ask("vault", VAULTED) == ask("vault", "hoard/none.pdf") == nowhere
    beside = ask("files", HIDDEN)
    assert "for the permission" in beside
    assert ask("files", "secret/none.pdf") == ask("files", "none.pdf") == beside
    assert len(scene.setup.s3.requests) == asked


def test_a_bucket_that_is_not_theirs_is_chosen_like_one_that_is_not_there(put_in: Callable[[str], Scene]) -> None:
    scene = put_in("Link maker")
    vault = scene.targets["other bucket"].bucket

    def ask(number: int) -> tuple[str, str]:
        entered = {"bucket": number, "object_key": "hoard/x", "lifetime": "1 day", "delivery": "stable"}
        made, browsed = scene.client.post(ADD, entered), scene.client.get(BROWSE, {"bucket": number})
        return tell(made), tell(browsed, f"bucket={number}", f"bucket%3D{number}")

    assert ask(vault.pk) == ask(vault.pk + 99_000)


@pytest.mark.parametrize("prefix", ["secret/", "secret", "s", "nothing/", "reports", "../", "reports/../secret/"])
def test_beside_what_may_be_shared_nothing_is_listed(prefix: str, put_in: Callable[[str], Scene]) -> None:
    scene = put_in("Link maker")
    queries: tuple[dict[str, str], ...] = (
        {"prefix": prefix},
        {"q": prefix},
        {"prefix": prefix, "token": "0.x"},
        {"token": "1.x"},
    )
    for query in queries:
        page = scene.client.get(BROWSE, {"bucket": str(scene.setup.bucket.pk), **query}).content.decode()
        listed = page.partition('id="found"')[2]
        assert not [name for name in ("plans", "vault", "gold") if name in listed]
        assert 'class="file"' not in listed
        assert "secret" not in "".join(re.findall(r'class="folder">(.*?)</li>', listed))


def test_a_folder_on_the_way_shows_only_the_way(put_in: Callable[[str], Scene]) -> None:
    scene = put_in("Link maker")
    page = tidy(scene.client.get(BROWSE, {"bucket": scene.setup.bucket.pk}).content.decode())
    assert re.findall(r'class="folder"><a href="[^"]*"[^>]*>([^<]+)</a>', page) == ["reports/"]


PAGES = (
    *("/admin/", LIST, ADD, BROWSE, f"{LIST}watch/", f"{LIST}watch/many/", "/admin/links/doctor/"),
    *("/admin/links/customer/", "/admin/links/visit/", "/admin/links/timerequest/", "/admin/links/validation/"),
    *(f"{LIST}?q=secret", f"{LIST}?q=gold", f"{ADD}?bucket=1&object_key=x", f"{LIST}customers/?customer=v"),
)


def test_no_page_of_a_link_maker_names_what_they_may_not_share(put_in: Callable[[str], Scene]) -> None:
    scene = put_in("Link maker")
    ken = User.objects.get(username="ken")
    for target in scene.targets.values():
        ShareLink.objects.filter(pk=scene.own(target).pk).update(owner=ken)
    for address in PAGES:
        answer = scene.client.get(address)
        entered = re.sub(r'value="(secret|gold)"|q=(secret|gold)', "", answer.content.decode())
        assert not [name for name in UNSEEN if name in entered], address


@pytest.mark.parametrize("role", ["Link maker", "Manager", "Auditor"])
def test_buckets_and_keys_that_are_there_answer_like_those_that_are_not(
    role: str, put_in: Callable[[str], Scene]
) -> None:
    """To whoever may not see them."""
    scene = put_in(role)
    there, pages = scene.targets["other bucket"].bucket, ("change", "history", "delete", "test", "sharing/give")
    for method in (scene.client.get, scene.client.post):
        for kind, number in (("bucket", there.pk), ("signingkey", there.key_id)):
            if role != "Link maker" and not (kind == "signingkey" and role == "Manager"):
                continue
            for page in pages:
                statuses = [method(f"/admin/links/{kind}/{each}/{page}/").status_code for each in (number, 987_654)]
                assert statuses[0] == statuses[1], (kind, page)


def test_no_autocomplete_names_a_bucket(put_in: Callable[[str], Scene]) -> None:
    scene = put_in("Link maker")
    for model, field in (("sharelink", "bucket"), ("sharepermission", "bucket"), ("bucket", "key")):
        query = {"app_label": "links", "model_name": model, "field_name": field, "term": ""}
        answer = scene.client.get("/admin/autocomplete/", query)
        assert answer.status_code in (403, 404)
        assert "vault" not in answer.content.decode().replace("/admin/autocomplete/", "")


def test_the_test_of_a_bucket_names_no_object_to_who_may_not_share_it(put_in: Callable[[str], Scene]) -> None:
    scene = put_in("Key keeper")
    page = scene.client.post(f"/admin/links/bucket/{scene.targets['other bucket'].bucket.pk}/test/").content.decode()
    assert page.count("Works") == 2
    assert "gold" not in page


@pytest.mark.parametrize("named", ["gold", "not there"])
def test_whether_a_named_file_is_there_is_told_to_nobody_who_may_not_share_it(
    named: str, put_in: Callable[[str], Scene]
) -> None:
    scene = put_in("Key keeper")
    target = scene.targets["other bucket"]
    key = target.key if named == "gold" else named
    page = scene.client.post(f"/admin/links/bucket/{target.bucket.pk}/test/", {"object_key": key}).content.decode()
    assert "Works" not in page
    assert "may not share" in page


@pytest.mark.parametrize("named", ["secret/plans.pdf", "not there"])
def test_a_new_bucket_is_tried_with_no_file_that_whoever_adds_it_may_not_share(
    named: str, put_in: Callable[[str], Scene]
) -> None:
    """Nobody was given anything of it yet."""
    scene = put_in("Key keeper")
    scene.setup.s3.add_bucket("fresh", region="eu-central-1").put("secret/plans.pdf", b"p")
    scene.setup.s3.account.users["share"].deny("s3:ListBucket")
    entered = {"name": "fresh", "key": scene.setup.key.pk, "addressing": "auto", "object_key": named}
    assert 'name="object_key"' not in scene.client.get("/admin/links/bucket/add/").content.decode()
    page = scene.client.post("/admin/links/bucket/add/", entered, follow=True).content.decode()
    assert "“fresh” was added." in page
    assert "a signed URL works" not in page
    assert not [asked for asked in scene.setup.s3.requests if named.rpartition("/")[2] in unquote(asked.path)]


# A right that was withdrawn -------------------------------------------------------------------------------------------


def test_a_links_page_says_that_it_goes_on_and_offers_nothing_new(put_in: Callable[[str], Scene]) -> None:
    scene = put_in("Link maker")
    User.objects.create_superuser("root", first_name="Aiko", last_name="Mori")
    link = scene.own(scene.targets["other folder"])
    page = scene.client.get(f"{LIST}{link.pk}/change/").content.decode()
    assert "This link still works" in page
    assert "Ask for permission: Aiko Mori" in page
    assert f"?copy={link.pk}" not in page
    assert (
        "This link still works"
        not in scene.client.get(f"{LIST}{scene.own(scene.targets['given']).pk}/change/").content.decode()
    )


def test_what_may_be_shared_no_longer_can_still_be_ended_and_shortened(put_in: Callable[[str], Scene]) -> None:
    scene = put_in("Link maker")
    link = scene.own(scene.targets["other folder"], "30 days")
    scene.post(link, "end", lifetime="1 day")
    assert ShareLink.objects.get(pk=link.pk).promised_until < link.promised_until
    scene.post(link, "revoke")
    assert ShareLink.objects.get(pk=link.pk).is_revoked


def test_the_longest_lifetime_is_told_and_holds_for_making_and_extending(put_in: Callable[[str], Scene]) -> None:
    scene = put_in("Link maker")
    scene.mika.share_permissions.update(max_days=7)
    given = scene.targets["given"]
    told = "You may share this file for at most 7 days"
    assert told in scene.make(bucket=given.bucket.pk, object_key=given.key, lifetime="8 days")
    assert not ShareLink.objects.exists()
    scene.make(bucket=given.bucket.pk, object_key=given.key, lifetime="7 days")
    link = ShareLink.objects.get()
    assert told in scene.post(link, "end", lifetime="8 days")
    assert ShareLink.objects.get().promised_until == link.promised_until


def test_whoever_may_share_nothing_yet_is_told_whom_to_ask(put_in: Callable[[str], Scene]) -> None:
    scene = put_in("Link maker")
    User.objects.create_superuser("root", first_name="Aiko", last_name="Mori")
    scene.mika.share_permissions.all().delete()
    for page in (ADD, BROWSE):
        assert "You may not share anything yet. Ask for permission: Aiko Mori." in (
            scene.client.get(page).content.decode()
        )


@pytest.mark.parametrize(("target", "offered"), [("given", True), ("other folder", False)])
def test_time_is_offered_only_for_what_may_still_be_shared(
    target: str, offered: bool, put_in: Callable[[str], Scene]
) -> None:
    scene = put_in("Link maker")
    asked = TimeRequest.objects.create(link=scene.own(scene.targets[target]), at=scene.now)
    list_page = "/admin/links/timerequest/"
    assert (f"{asked.pk}/grant/" in scene.client.get(list_page).content.decode()) is offered
    page = scene.client.get(f"{list_page}{asked.pk}/change/").content.decode()
    assert ('name="lifetime"' in page) is offered
    assert ("who to ask for permission" in page) is not offered
    assert f"{asked.pk}/decline/" in page
