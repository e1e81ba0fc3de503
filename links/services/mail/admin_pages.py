"""Rows' pages in the admin, for those who read of them in a mail."""

from links.conf import site
from links.queries.cure_pages import CurePage


def page_of(model: str, pk: int, page: str = "change") -> str:
    """The page's whole address. Written out: services stand below the admin and its URLs."""
    return f"{list_of(model)}{pk}/{page}/"


def cure_page_of(page: CurePage) -> str:
    if page.pk is not None:
        return page_of(page.model, page.pk, page.page)
    return list_of(page.model) if page.page == "changelist" else f"{list_of(page.model)}{page.page}/"


def list_of(model: str) -> str:
    return f"{site.BASE_URL}/admin/links/{model}/"
