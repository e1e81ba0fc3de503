"""Nothing is told of what may not be shared."""

import re
from collections.abc import Callable
from urllib.parse import quote, unquote

import pytest
from django.contrib.auth.models import User

from links.models import ShareLink
from tests.admin.sharing.sharer import ADD, BROWSE, HIDDEN, LIST, UNSEEN, VAULTED, Sharer
from tests.markup import tidy


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
    shape: str, preview: bool, put_in: Callable[[str], Sharer]
) -> None:
    sharer, query = put_in("Link maker"), "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A&X-Amz-Signature=b"
    asked = len(sharer.setup.s3.requests)

    def ask(bucket: str, key: str) -> str:
        store = sharer.setup.s3.url
        address = f"{store}/{bucket}/{key}{query}" if shape == "signed" else shape.format(bucket, key, store=store)
        more = {"preview": "1"} if preview else {}
        entered = {"object_key": address, "lifetime": "1 day", "delivery": "stable", **more}
        return tell(sharer.client.post(ADD, entered), bucket, key)

    nowhere = ask("nowhere", "no/such.pdf")
    assert "for the permission" in nowhere
    assert ask("vault", VAULTED) == ask("vault", "hoard/none.pdf") == nowhere
    beside = ask("files", HIDDEN)
    assert "for the permission" in beside
    assert ask("files", "secret/none.pdf") == ask("files", "none.pdf") == beside
    assert len(sharer.setup.s3.requests) == asked


def test_a_bucket_that_is_not_theirs_is_chosen_like_one_that_is_not_there(put_in: Callable[[str], Sharer]) -> None:
    sharer = put_in("Link maker")
    vault = sharer.targets["other bucket"].bucket

    def ask(number: int) -> tuple[str, str]:
        entered = {"bucket": number, "object_key": "hoard/x", "lifetime": "1 day", "delivery": "stable"}
        made, browsed = sharer.client.post(ADD, entered), sharer.client.get(BROWSE, {"bucket": number})
        return tell(made), tell(browsed, f"bucket={number}", f"bucket%3D{number}")

    assert ask(vault.pk) == ask(vault.pk + 99_000)


@pytest.mark.parametrize("prefix", ["secret/", "secret", "s", "nothing/", "reports", "../", "reports/../secret/"])
def test_beside_what_may_be_shared_nothing_is_listed(prefix: str, put_in: Callable[[str], Sharer]) -> None:
    sharer = put_in("Link maker")
    queries: tuple[dict[str, str], ...] = (
        {"prefix": prefix},
        {"q": prefix},
        {"prefix": prefix, "token": "0.x"},
        {"token": "1.x"},
    )
    for query in queries:
        page = sharer.client.get(BROWSE, {"bucket": str(sharer.setup.bucket.pk), **query}).content.decode()
        listed = page.partition('id="found"')[2]
        assert not [name for name in ("plans", "vault", "gold") if name in listed]
        assert 'class="file"' not in listed
        assert "secret" not in "".join(re.findall(r'class="folder">(.*?)</li>', listed))


def test_a_folder_on_the_way_shows_only_the_way(put_in: Callable[[str], Sharer]) -> None:
    sharer = put_in("Link maker")
    page = tidy(sharer.client.get(BROWSE, {"bucket": sharer.setup.bucket.pk}).content.decode())
    assert re.findall(r'class="folder"><a href="[^"]*"[^>]*>([^<]+)</a>', page) == ["reports/"]


PAGES = (
    *("/admin/", LIST, ADD, BROWSE, f"{LIST}watch/", f"{LIST}watch/many/", "/admin/links/doctor/"),
    *("/admin/links/customer/", "/admin/links/visit/", "/admin/links/timerequest/", "/admin/links/validation/"),
    *(f"{LIST}?q=secret", f"{LIST}?q=gold", f"{ADD}?bucket=1&object_key=x", f"{LIST}customers/?customer=v"),
)


def test_no_page_of_a_link_maker_names_what_they_may_not_share(put_in: Callable[[str], Sharer]) -> None:
    sharer = put_in("Link maker")
    ken = User.objects.get(username="ken")
    for target in sharer.targets.values():
        ShareLink.objects.filter(pk=sharer.own(target).pk).update(owner=ken)
    for address in PAGES:
        answer = sharer.client.get(address)
        entered = re.sub(r'value="(secret|gold)"|q=(secret|gold)', "", answer.content.decode())
        assert not [name for name in UNSEEN if name in entered], address


@pytest.mark.parametrize("role", ["Link maker", "Manager", "Auditor"])
def test_buckets_and_keys_that_are_there_answer_like_those_that_are_not(
    role: str, put_in: Callable[[str], Sharer]
) -> None:
    """To whoever may not see them."""
    sharer = put_in(role)
    there, pages = sharer.targets["other bucket"].bucket, ("change", "history", "delete", "test", "sharing/give")
    for method in (sharer.client.get, sharer.client.post):
        for kind, number in (("bucket", there.pk), ("signingkey", there.key_id)):
            if role != "Link maker" and not (kind == "signingkey" and role == "Manager"):
                continue
            for page in pages:
                statuses = [method(f"/admin/links/{kind}/{each}/{page}/").status_code for each in (number, 987_654)]
                assert statuses[0] == statuses[1], (kind, page)


def test_no_autocomplete_names_a_bucket(put_in: Callable[[str], Sharer]) -> None:
    sharer = put_in("Link maker")
    for model, field in (("sharelink", "bucket"), ("sharepermission", "bucket"), ("bucket", "key")):
        query = {"app_label": "links", "model_name": model, "field_name": field, "term": ""}
        answer = sharer.client.get("/admin/autocomplete/", query)
        assert answer.status_code in (403, 404)
        assert "vault" not in answer.content.decode().replace("/admin/autocomplete/", "")


def test_the_test_of_a_bucket_names_no_object_to_who_may_not_share_it(put_in: Callable[[str], Sharer]) -> None:
    sharer = put_in("Key keeper")
    page = sharer.client.post(f"/admin/links/bucket/{sharer.targets['other bucket'].bucket.pk}/test/").content.decode()
    assert page.count("Works") == 2
    assert page.count("Done here") == 1  # signing, of which no store has told anything yet
    assert "gold" not in page


@pytest.mark.parametrize("named", ["gold", "not there"])
def test_whether_a_named_file_is_there_is_told_to_nobody_who_may_not_share_it(
    named: str, put_in: Callable[[str], Sharer]
) -> None:
    sharer = put_in("Key keeper")
    target = sharer.targets["other bucket"]
    key = target.key if named == "gold" else named
    page = sharer.client.post(f"/admin/links/bucket/{target.bucket.pk}/test/", {"object_key": key}).content.decode()
    assert "Works" not in page
    assert "may not share" in page


@pytest.mark.parametrize("named", ["secret/plans.pdf", "not there"])
def test_a_new_bucket_is_tried_with_no_file_that_whoever_adds_it_may_not_share(
    named: str, put_in: Callable[[str], Sharer]
) -> None:
    """Nobody was given anything of it yet."""
    sharer = put_in("Key keeper")
    sharer.setup.s3.add_bucket("fresh", region="eu-central-1").put("secret/plans.pdf", b"p")
    sharer.setup.s3.account.users["share"].deny("s3:ListBucket")
    entered = {"name": "fresh", "key": sharer.setup.key.pk, "addressing": "auto", "object_key": named}
    assert 'name="object_key"' not in sharer.client.get("/admin/links/bucket/add/").content.decode()
    page = sharer.client.post("/admin/links/bucket/add/", entered, follow=True).content.decode()
    assert "“fresh” was added." in page
    assert "a signed URL works" not in page
    assert not [asked for asked in sharer.setup.s3.requests if named.rpartition("/")[2] in unquote(asked.path)]
