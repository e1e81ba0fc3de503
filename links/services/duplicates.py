"""Links made once more: the same file under the same terms, for whoever wants it again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import partial

from django.contrib.auth.models import User

from links.domain.errors import HoldfastError, Refused, Unavailable
from links.domain.facts import Delivery
from links.domain.objects import ObjectFacts
from links.domain.sharing import ShareScope
from links.models import Bucket, ShareLink
from links.services import changes, queue
from links.services.click_signing import OpenBuckets
from links.services.issue import Terms, Wish, draft_again, look_up
from links.services.parallel import call_all
from links.services.rescue import Row


def copy_wish(
    link: ShareLink, bucket: Bucket, *, owner: User | None, scope: ShareScope, zone: tzinfo, now: datetime
) -> Wish:
    """All of a link but its secrets and its own address; a beginning only where it lies ahead."""
    return Wish(
        bucket,
        link.object_key,
        link.lifetime,
        zone,
        scope,
        delivery=Delivery(link.delivery),
        note=link.note,
        filename=link.filename,
        owner=owner,
        follows_latest=link.follows_latest,
        terms=Terms(
            title=link.title,
            customer=link.customer,
            download_limit=link.download_limit,
            starts_at=link.starts_at if link.starts_at and link.starts_at > now else None,
            remind_days=link.remind_days,
            tells_downloads=link.tells_downloads,
        ),
    )


def duplicate_links(
    links: Sequence[ShareLink],
    lifetime: str,
    *,
    owner: User | None,
    scope: ShareScope,
    zone: tzinfo,
    now: datetime,
) -> list[Row]:
    """One row for each link, in their order. `lifetime` is every copy's; where it is empty each has its own anew.
    Whoever asks must be able to share each object at this moment, by `scope`.

    A link with a password is refused, `duplicate-password`, and so is a foreign one, `duplicate-foreign`. Raises what
    `lifetimes` refuses of the lifetime itself.
    """
    if lifetime:
        changes.find_end(lifetime, zone, now)
    now = now.replace(microsecond=0)
    wish = partial(copy_wish, owner=owner, scope=scope, zone=zone, now=now)
    cases = [_prepare(link, lifetime, wish) for link in links]
    opened = OpenBuckets()
    found = call_all({case.link.pk: partial(look_up, case.wish, opened) for case in cases if case.wish})
    rows = [_draft(case, found.get(case.link.pk), opened, now) for case in cases]
    ShareLink.objects.bulk_create([row.issued.link for row in rows if row.issued], batch_size=500)
    queue.enqueue("validate_due_links")
    return rows


@dataclass(frozen=True, slots=True)
class _Case:
    """A link, and what is wished for beside it."""

    link: ShareLink
    wish: Wish | None = None
    refused: HoldfastError | None = None


def _prepare(link: ShareLink, lifetime: str, copy: Callable[[ShareLink, Bucket], Wish]) -> _Case:
    if link.delivery == Delivery.FOREIGN or link.bucket is None:
        return _Case(link, refused=Refused("duplicate-foreign"))
    if link.password:
        return _Case(link, refused=Refused("duplicate-password"))
    wish = copy(link, link.bucket)
    return _Case(link, replace(wish, lifetime=lifetime or wish.lifetime))


def _draft(case: _Case, found: ObjectFacts | HoldfastError | None, opened: OpenBuckets, now: datetime) -> Row:
    if case.wish is None:
        return Row(case.link, refused=case.refused)
    if not isinstance(found, ObjectFacts):
        return Row(case.link, refused=found or Unavailable("store-unanswered", bucket=case.wish.bucket.name))
    try:
        return Row(case.link, draft_again(case.wish, found, opened, now))
    except HoldfastError as refused:
        return Row(case.link, refused=refused)
