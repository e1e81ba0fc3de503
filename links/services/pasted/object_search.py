"""Where the object of a pasted URL is, as the key of its bucket sees it, where that is registered here."""

from dataclasses import dataclass

from django.db import Error as DatabaseError

from links.domain.buckets.object_spellings import find_spellings
from links.domain.errors import HoldfastError
from links.domain.judging.causes import is_denial, is_of_a_missing_object
from links.domain.sharing import EVERYTHING, ShareScope
from links.domain.signed_urls.reading import SignedUrl
from links.domain.stores.answers import Answer
from links.domain.viewers import OPERATOR
from links.models.links.share_links import Viewer
from links.models.people.accounts import is_account
from links.queries.bucket_registry import find_shared
from links.s3 import objects
from links.services.click_signing import OpenBuckets
from links.services.links.sharing import find_scope


@dataclass(frozen=True, slots=True)
class SearchedObject:
    """`exists` is None where nobody could say; `found_as` the other name under which a missing object is there."""

    bucket: str
    object_key: str
    exists: bool | None
    found_as: str


def search_object(url: SignedUrl, viewer: Viewer, answer: Answer) -> SearchedObject | None:
    """Look for an object that the store does not find, or denies, also under the other spellings of its name. None for
    any other answer, for a bucket that is not registered, and for what the viewer may not share."""
    is_missing = is_of_a_missing_object(answer)
    if answer.served or not (is_missing or is_denial(answer)):
        return None
    try:
        scope = find_scope(viewer) if is_account(viewer) else EVERYTHING if viewer is OPERATOR else ShareScope()
        bucket, object_key = find_shared(url, scope)
        if bucket is None:
            return None
        store = OpenBuckets().open(bucket)
        exists = None if is_missing else objects.look_up(store, object_key).exists
        names = [each.key for each in find_spellings(object_key) if scope.may_share(bucket.pk, each.key)]
        found_as = "" if exists else objects.find_first(store, names)
    except (HoldfastError, DatabaseError):
        return None
    return SearchedObject(bucket.name, object_key, exists, found_as)
