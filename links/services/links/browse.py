"""Finding the object that a link shall lead to: folder by folder, by a part of its name, or by what somebody pasted."""

from dataclasses import dataclass

from django.contrib.auth.models import User

from links.domain.buckets.folder_search import Order, contains, sort_objects
from links.domain.buckets.s3_objects import ListedObject, Page
from links.domain.errors import Refused
from links.domain.pasted.object_addresses import ObjectAddress, read_address
from links.domain.pasted.urls import read_pasted
from links.domain.reasons import Reason
from links.domain.sharing import ShareScope
from links.models import Bucket
from links.queries.bucket_registry import BucketRegistry
from links.queries.own_urls import OwnUrl, find_own_link
from links.s3 import objects
from links.services.click_signing import OpenBuckets
from links.services.links.sharing import find_scope, list_buckets, refuse_share

PAGE = 100
MAX_LISTINGS = 10  # that one page asks a store for
MAX_LISTED = 10_000  # keys that a search looks through
_LISTING = 1_000  # keys that a store names at most at a time


def list_folder(bucket: Bucket, prefix: str, scope: ShareScope, *, token: str = "", size: int = PAGE) -> Page:
    """One page of what stands below a prefix and may be shared, and the folders that lead there. Nothing else is asked
    for. A bucket of any size costs one request; one in which several prefixes may be shared, a few.

    Raises `Refused`: `listing-refused`, and what `OpenBuckets.open` raises; `Unavailable("store-unanswered")`.
    """
    plan = scope.plan_listing(bucket.pk, prefix)
    folders: list[str] = [] if token else list(plan.folders)
    found: list[ListedObject] = []
    at, rest, opened = *_read_token(token), OpenBuckets()
    for _ in range(MAX_LISTINGS):
        if at >= len(plan.prefixes) or len(folders) + len(found) >= size:
            break
        page = objects.list_page(opened.open(bucket), plan.prefixes[at], rest, size)
        # A store that takes a prefix for a hint must not show more than was asked for.
        folders += [folder for folder in page.folders if scope.may_enter(bucket.pk, folder)]
        found += [item for item in page.objects if scope.may_share(bucket.pk, item.key)]
        rest = page.next_token
        if rest:
            break
        at += 1
    has_more = at < len(plan.prefixes)
    return Page(tuple(folders), tuple(found), f"{at}.{rest}" if has_more else "")


@dataclass(frozen=True, slots=True)
class FolderSearch:
    """What a search found in one folder. `listed` counts the files that were looked through; where the folder has more
    than that, `is_whole` is false."""

    folders: tuple[str, ...]
    objects: tuple[ListedObject, ...]
    listed: int
    is_whole: bool


def search_folder(
    bucket: Bucket, prefix: str, scope: ShareScope, *, part: str = "", order: Order = Order.NAME
) -> FolderSearch:
    """What stands in this folder itself and has `part` in its name, in this order. `MAX_LISTED` keys are looked
    through; beyond them, and in the folders that `part` names, what begins with it. Raises what `list_folder`
    raises.
    """
    folders: dict[str, None] = {}
    found: dict[str, ListedObject] = {}
    token, asked = "", 0
    while asked < MAX_LISTED // _LISTING:
        page = list_folder(bucket, prefix, scope, token=token, size=_LISTING)
        folders |= dict.fromkeys(page.folders)
        found |= {item.key: item for item in page.objects}
        token, asked = page.next_token, asked + 1
        if not token:
            break
    listed = len(found)
    if part and (token or "/" in part):
        page = list_folder(bucket, prefix + part, scope, size=_LISTING)
        folders |= dict.fromkeys(page.folders)
        found |= {item.key: item for item in page.objects}
    return FolderSearch(
        tuple(sorted(name for name in folders if contains(name.removeprefix(prefix), part))),
        tuple(sort_objects((item for item in found.values() if contains(item.key.removeprefix(prefix), part)), order)),
        listed,
        is_whole=not token,
    )


def _read_token(token: str) -> tuple[int, str]:
    """Which of the plan's prefixes comes next, and from where on."""
    at, _, rest = token.partition(".")
    return (int(at), rest) if at.isdecimal() and len(at) < 9 else (0, "")


def find_pasted(text: str, reader: User) -> tuple[Bucket, str]:
    """The registered bucket and the key that a pasted address means, for this member of staff; what they may not
    share reads like what is not there.

    Raises `Unreadable`: `object-address-unreadable`, and what a URL's reading raises; `Refused`:
    `share-not-permitted`, `address-ours` (the URL of a link of ours, with its number), `address-unseen` (that of one
    which the reader may not see), `address-nobodys` (another address of this site); and to whoever may share
    everything `bucket-unregistered` (with its name), `address-elsewhere` (a URL that leads to no bucket of ours).
    """
    scope = find_scope(reader)
    address = read_address(text)
    if address is not None:
        return _find_by_name(address, scope), address.key
    pasted = read_pasted(text)
    if own := find_own_link(pasted.signed, reader):
        raise _name_own(own)
    bucket, key = BucketRegistry.read().find_shared(pasted.of_file().signed, scope)
    if bucket is None:
        raise Refused(Reason.ADDRESS_ELSEWHERE) if scope.covers_everything else refuse_share(scope, "", "")
    return bucket, key


def find_numbered(number: int | None, key: str, scope: ShareScope) -> Bucket:
    """The bucket of this number, for whoever shares this object of it. Raises `Refused`: share-not-permitted, whether
    it is not theirs or not there; to whoever may share everything bucket-unregistered."""
    bucket = None if number is None else list_buckets(scope).filter(pk=number).first()
    if bucket is not None:
        return bucket
    if scope.covers_everything:
        raise Refused(Reason.BUCKET_UNREGISTERED, bucket=str(number or ""))
    raise refuse_share(scope, "", key)


def find_named(name: str, endpoint: str, scope: ShareScope) -> Bucket:
    """The bucket of this name at this store (as `links.queries.object_links.find_endpoint` writes it), as
    `find_numbered`."""
    bucket = list_buckets(scope).filter(name=name, endpoint=endpoint).first()
    if bucket is not None:
        return bucket
    if scope.covers_everything:
        raise Refused(Reason.BUCKET_UNREGISTERED, bucket=name)
    raise refuse_share(scope, name, "")


def _name_own(own: OwnUrl) -> Refused:
    if own.link is not None:
        return Refused(Reason.ADDRESS_OURS, link=own.link.pk)
    return Refused(Reason.ADDRESS_UNSEEN if own.is_hidden else Reason.ADDRESS_NOBODYS)


def _find_by_name(address: ObjectAddress, scope: ShareScope) -> Bucket:
    """On AWS where there is one: that is where such addresses come from."""
    named = list_buckets(scope).filter(name=address.bucket).order_by("endpoint", "pk")
    bucket = next((each for each in named if scope.may_enter(each.pk, address.key)), None)
    if bucket is not None:
        return bucket
    if scope.covers_everything:
        raise Refused(Reason.BUCKET_UNREGISTERED, bucket=address.bucket)
    raise refuse_share(scope, address.bucket, address.key)
