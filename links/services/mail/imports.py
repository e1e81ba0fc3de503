"""What one act of staff brings in is told to whoever did it by one mail, however many causes are found in it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from django.contrib.auth.models import User

from links.domain.link_mails import LinkMailKind
from links.models import LinkMail, ShareLink
from links.queries.link_state import where_not_withdrawn
from links.services.mail.link_mails import write_to_staff
from links.services.mail.senders import reaches_by_mail

LATEST = timedelta(minutes=5)  # then it is told what is known, though a store has not answered yet


def mark_batch(links: Sequence[ShareLink]) -> None:
    """These links, unsaved yet, are brought in together."""
    batch = uuid4()
    for link in links:
        link.import_batch = batch


def write(links: Sequence[ShareLink], owner: User | None, now: datetime) -> None:
    """Write the mail about this batch; it waits until all of it was validated once, and no longer than `LATEST`. Where
    no mail would arrive, what is found is told to the site's alert addresses, as of any link."""
    if not links or owner is None or not reaches_by_mail(owner):
        return
    mail = write_to_staff(owner, links[0], LinkMailKind.IMPORTED, now)
    mail.import_batch, mail.due_at = links[0].import_batch, now + LATEST
    mail.save(update_fields=["import_batch", "due_at"])


def find_reported_by_mail(links: Iterable[ShareLink], now: datetime) -> set[int]:
    """The ids of those of these links that a mail about their batch, which still waits, will tell of. Call it in the
    transaction that records their validation: until it ends nobody sends that mail. It is due once none is left."""
    batches = {link.pk: link.import_batch for link in links if link.import_batch is not None}
    if not batches:
        return set()
    waiting = LinkMail.objects.filter(
        import_batch__in=set(batches.values()), lease_id=None, delivered_at=None, given_up_at=None
    )
    mails = {mail.import_batch: mail for mail in waiting.select_for_update(of=("self",)).order_by("pk")}
    for batch, mail in mails.items():
        unseen = ShareLink.objects.filter(where_not_withdrawn(), import_batch=batch, validated_at=None)
        if mail.due_at is not None and mail.due_at > now and not unseen.exists():
            LinkMail.objects.filter(pk=mail.pk).update(due_at=now)
    return {pk for pk, batch in batches.items() if batch in mails}
