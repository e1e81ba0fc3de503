"""What is deleted is told with the values that it had, and so is what goes with it."""

import json
from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from links.models import AuditRecord, Identity, SharePermission
from links.services.audit.deletions import delete_recorded
from links.services.links import sharing
from links.services.people.second_factors import make_recovery_codes
from tests.fixtures import World, let_share
from tests.services.people.authenticator import set_up_app


def read(act: str) -> list[dict[str, Any]]:
    texts = AuditRecord.objects.filter(act=act).order_by("pk").values_list("values", flat=True)
    return [json.loads(text) for text in texts]


def test_a_bucket_and_a_key_are_told_as_they_were(world: World) -> None:
    bucket, key = world.bucket, world.key
    delete_recorded(bucket, bucket.delete)
    delete_recorded(key, key.delete)
    [was] = [told["before"] for told in read("bucket-deleted")]
    assert (was["endpoint"], was["region"]) == (world.s3.url, "us-east-1")
    assert key.access_key_id in was["key"]
    [was] = [told["before"] for told in read("key-deleted")]
    assert (was["access_key_id"], was["state"]) == (key.access_key_id, "proved")
    assert world.access.secret not in str(list(AuditRecord.objects.values_list("values", flat=True)))


def test_permissions_that_go_with_a_bucket_a_role_or_a_person_are_withdrawn(world: World) -> None:
    press, mika = Group.objects.create(name="Press"), User.objects.create_user("mika")
    let_share(press, "photos/")
    press.delete()
    let_share(mika, "reports/")
    mika.delete()
    let_share(User.objects.create_user("jo"), "plans/")
    delete_recorded(world.bucket, world.bucket.delete)
    assert [told["before"]["prefix"] for told in read("share-withdrawn")] == ["photos/", "reports/", "plans/"]
    texts = AuditRecord.objects.filter(act="share-withdrawn").order_by("pk").values_list("object_text", flat=True)
    assert list(texts) == ["files/photos/: Press", "files/reports/: mika", "files/plans/: jo"]


def test_one_that_is_withdrawn_is_told_once(world: World) -> None:
    let_share(User.objects.create_user("mika"), "reports/")
    permission = SharePermission.objects.get()
    assert sharing.withdraw(permission)
    assert not sharing.withdraw(permission)
    assert len(read("share-withdrawn")) == 1


def test_a_permission_that_is_given_anew_tells_what_it_was(world: World) -> None:
    mika, by = User.objects.create_user("mika"), User.objects.create_user("keeper")
    for days in (30, 7):
        sharing.give(world.bucket, "reports/", mika, max_days=days, by=by, now=world.clock())
    given = {"prefix": "reports/", "max_days": 30}
    assert read("share-permitted") == [{"after": given}, {"before": given, "after": {**given, "max_days": 7}}]


def test_an_account_is_told_with_all_that_it_was_given(world: World) -> None:
    mika, now = User.objects.create_user("mika", email="mika@example.com"), world.clock()
    mika.groups.add(Group.objects.get(name="Link maker"))
    mika.user_permissions.add(Permission.objects.get(codename="view_bucket"))
    Identity.objects.create(user=mika, issuer="https://id.example.com", subject="1", linked_at=now)
    set_up_app(mika, now)
    make_recovery_codes(mika, now)
    mika.delete()
    [was] = [told["before"] for told in read("account-deleted")]
    assert (was["username"], was["email"], was["roles"], was["permissions"]) == (
        *("mika", "mika@example.com", ["Link maker"], ["view_bucket"]),
    )
    assert was["identities"] == ["https://id.example.com 1"]
    assert was["factors"] == ["app"]


def test_a_role_is_told_with_what_it_gave_and_to_whom(db: None) -> None:
    press = Group.objects.create(name="Press")
    press.permissions.add(Permission.objects.get(codename="view_bucket"))
    User.objects.create_user("mika").groups.add(press)
    press.delete()
    assert read("role-deleted") == [{"before": {"permissions": ["view_bucket"], "people": ["mika"]}}]


def test_the_admins_list_deletes_no_role_unseen(admin_client: Client) -> None:
    press = Group.objects.create(name="Press")
    entered = {"action": "delete_selected", "_selected_action": [press.pk], "post": "yes"}
    assert admin_client.post("/admin/auth/group/", entered).status_code == 302
    assert AuditRecord.objects.filter(act="role-deleted", object_text="Press").exists()
