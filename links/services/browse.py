"""Finding the object that a link shall lead to: folder by folder, or by what somebody pasted."""

from django.contrib.auth.models import User

from links.domain.errors import Refused
from links.domain.object_addresses import ObjectAddress, read_address
from links.domain.objects import Page
from links.domain.signed_urls import read
from links.models import Bucket, ShareLink
from links.s3 import objects
from links.services.buckets import to_store
from links.services.own_links import find_own
from links.services.probing import Register

PAGE = 100


def list_folder(bucket: Bucket, prefix: str, *, token: str = "", size: int = PAGE) -> Page:
    """One page of what stands below a prefix. A bucket of any size costs one request.

    Raises `Refused`: `listing-refused`, and what `to_store` raises; `Unavailable("store-unanswered")`.
    """
    return objects.list_page(to_store(bucket), prefix, token, size)


def find_pasted(text: str, reader: User | None = None) -> tuple[Bucket, str]:
    """The registered bucket and the key that a pasted address means, for this member of staff.

    Raises `Unreadable`: `object-address-unreadable`, and what a URL's reading raises; `Refused`:
    `bucket-unregistered` (with its name), `address-ours` (the URL of a link of ours, with its number),
    `address-unseen` (that of one which the reader may not see),
    `address-nobodys` (another address of this site), `address-elsewhere` (a URL that leads to no bucket of ours).
    """
    address = read_address(text)
    if address is not None:
        return _find_by_name(address), address.key
    url = read(text.strip())
    if own := find_own(url):
        raise _name_own(own.link, reader) if own.link else Refused("address-nobodys")
    bucket, key = Register.read().find_bucket(url)
    if bucket is None:
        raise Refused("address-elsewhere")
    return bucket, key


def _name_own(link: ShareLink, reader: User | None) -> Refused:
    is_seen = reader is None or ShareLink.objects.seen_by(reader).filter(pk=link.pk).exists()
    return Refused("address-ours", link=link.pk) if is_seen else Refused("address-unseen")


def _find_by_name(address: ObjectAddress) -> Bucket:
    """On AWS where there is one: that is where such addresses come from."""
    named = Bucket.objects.select_related("key").filter(name=address.bucket).order_by("endpoint", "pk")
    bucket = named.first()
    if bucket is None:
        raise Refused("bucket-unregistered", bucket=address.bucket)
    return bucket
