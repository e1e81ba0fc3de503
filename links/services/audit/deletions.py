"""Rows that a member of staff deletes by Django's own pages."""

from collections.abc import Callable

from django.db import transaction
from django.db.models import Model

from links.domain.audit.acts import Act
from links.services.audit.recording import record
from links.services.audit.subjects import describe


def delete_recorded(row: Model, delete: Callable[[], object]) -> None:
    """Delete it, and record that; accounts and roles are recorded by their signals."""
    act = f"{describe(row).kind.value}-deleted"
    with transaction.atomic():
        if act in _RECORDED_HERE:
            record(_RECORDED_HERE[act], row)
        delete()


_RECORDED_HERE = {
    act.value: act for act in (Act.LINK_DELETED, Act.CUSTOMER_DELETED, Act.BUCKET_DELETED, Act.KEY_DELETED)
}
