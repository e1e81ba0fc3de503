"""Browsing a bucket: folder by folder, a page at a time, with or without scripts."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext

from links.admin.base.htmx import read_htmx
from links.admin.base.pages import may_add, render_page, require, staff_user
from links.admin.base.refusal_views import Reader, explain_refusal
from links.domain.buckets.folder_search import Order
from links.domain.buckets.s3_objects import ListedObject, Page
from links.domain.errors import HoldfastError
from links.domain.row_numbers import read_number
from links.domain.sharing import ShareScope
from links.models import Bucket, ShareLink
from links.services.links import browse, sharing
from links.texts import labels
from links.texts.pages import folders


@dataclass(frozen=True)
class Folder:
    """One page of a folder, ready to be read: what its reader may share of it. `sought` is what the names must hold.
    While nothing is sought and the order is the store's own, a page is one request, and `token` says which; else
    `start` counts those of the findings that were shown before."""

    bucket: Bucket
    scope: ShareScope
    reader: Reader
    prefix: str
    sought: str = ""
    order: Order = Order.NAME
    token: str = ""
    start: int = 0

    @property
    def is_search(self) -> bool:
        return bool(self.sought) or self.order is not Order.NAME

    @property
    def orders(self) -> list[tuple[Order, str]]:
        return [(order, labels.label(order)) for order in Order]

    @cached_property
    def _listed(self) -> Page | str:
        """The page, or in words why there is none."""
        try:
            if not self.is_search:
                return browse.list_folder(self.bucket, self.prefix, self.scope, token=self.token)
            found = self._found
        except HoldfastError as error:
            return explain_refusal(error, self.reader, self.bucket)
        end = self.start + browse.PAGE
        return Page(
            () if self.start else found.folders,
            found.objects[self.start : end],
            str(end) if end < len(found.objects) else "",
        )

    @cached_property
    def _found(self) -> browse.FolderSearch:
        return browse.search_folder(self.bucket, self.prefix, self.scope, part=self.sought, order=self.order)

    @property
    def count(self) -> str:
        """How many files there are, and of how many that can be said."""
        if not self.is_search:
            shown = len(self.files)
            return folders.count_first(shown) if self._page.next_token else folders.count_all(shown, len(self.folders))
        found = self._found
        return folders.count_found(len(found.objects), found.listed, is_whole=found.is_whole)

    @property
    def trouble(self) -> str:
        return self._listed if isinstance(self._listed, str) else ""

    @property
    def _page(self) -> Page:
        return Page() if isinstance(self._listed, str) else self._listed

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        """Each folder above, with its query, the bucket itself first."""
        names = self.prefix.split("/")[:-1]
        above = [("/".join(names[: depth + 1]) + "/", name) for depth, name in enumerate(names)]
        return [(self._link(""), self.bucket.name), *((self._link(prefix), name or "/") for prefix, name in above)]

    @property
    def folders(self) -> list[tuple[str, str]]:
        return [(self._link(prefix), prefix.removeprefix(self.prefix)) for prefix in self._page.folders]

    @property
    def files(self) -> list[tuple[ListedObject, str, str]]:
        """Objects with their names here, and the query that makes a link to each. A folder's own marker is none."""
        objects = [item for item in self._page.objects if not item.key.endswith("/")]
        return [
            (item, item.key.removeprefix(self.prefix), urlencode({"bucket": self.bucket.pk, "object_key": item.key}))
            for item in objects
        ]

    @property
    def is_empty(self) -> bool:
        return not self.trouble and not self.folders and not self.files

    @property
    def more(self) -> str:
        """The query of the next page, or nothing."""
        token = self._page.next_token
        if self.is_search:
            return self._link(self.prefix, q=self.sought, sort=self.order.value, start=token) if token else ""
        return self._link(self.prefix, token=token) if token else ""

    def _link(self, prefix: str, **more: str) -> str:
        return urlencode(
            {"bucket": self.bucket.pk, "prefix": prefix, **{name: text for name, text in more.items() if text}}
        )


def browse_bucket(request: HttpRequest) -> HttpResponse:
    """A page of its own; a script shows it within the page on which a link is made."""
    require(may_add(request, ShareLink))
    scope = sharing.find_scope(staff_user(request))
    folder = _open_folder(request, scope)
    is_more = bool(folder and (folder.token or folder.start))
    partial = "folder_more" if is_more else "folder"
    return render_page(
        request,
        f"sharelink/create/{partial if read_htmx(request) else 'browse'}",
        ShareLink,
        title=gettext("Choose a file"),
        folder=folder,
        buckets=sharing.list_buckets(scope),
        scope=scope,
    )


def _open_folder(request: HttpRequest, scope: ShareScope) -> Folder | None:
    """None where no bucket was chosen; one from which the reader may share nothing is none."""
    entered, found = request.GET.get("bucket", ""), sharing.list_buckets(scope)
    number = read_number(entered)
    bucket = None if number is None else found.filter(pk=number).first()
    if bucket is None and not entered:
        only = list(found[:2])
        bucket = only[0] if len(only) == 1 else None
    if bucket is None:
        return None
    asked = {name: request.GET.get(name, "") for name in ("prefix", "q", "sort", "token", "start")}
    order = Order(asked["sort"]) if asked["sort"] in set(Order) else Order.NAME
    start = read_number(asked["start"]) or 0
    return Folder(bucket, scope, request.user, asked["prefix"], asked["q"], order, asked["token"], start)
