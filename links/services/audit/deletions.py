"""What is deleted, with the values that it had. Accounts and roles are recorded by their signals (`accounts`), and a
customer is forgotten as well (`links.services.erasure`)."""

from collections.abc import Callable

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from links.domain.audit.acts import Act
from links.models import SharePermission
from links.services.audit.recording import record
from links.services.audit.row_values import read_row
from links.services.audit.subjects import describe


def delete_recorded(row: Model, delete: Callable[[], object]) -> None:
    """Delete it, and record that with what it was."""
    act = f"{describe(row).kind.value}-deleted"
    with transaction.atomic():
        if act in _DELETIONS:
            record(_DELETIONS[act], row, before=read_row(row))
        delete()


_DELETIONS = {act.value: act for act in (Act.LINK_DELETED, Act.BUCKET_DELETED, Act.KEY_DELETED, Act.WEBHOOK_DELETED)}


@receiver(pre_delete, sender=SharePermission)
def _record_withdrawn(instance: SharePermission, **_signal: object) -> None:
    """By itself, or with its bucket, its role or its person."""
    record(Act.SHARE_WITHDRAWN, instance, before=read_row(instance))
