"""Rows' pages in the admin, for those who read of them in a mail."""

from django.conf import settings


def page_of(model: str, pk: int) -> str:
    """The page's whole address. Written out: services stand below the admin and its URLs."""
    return f"{list_of(model)}{pk}/change/"


def list_of(model: str) -> str:
    return f"{settings.BASE_URL}/admin/links/{model}/"
