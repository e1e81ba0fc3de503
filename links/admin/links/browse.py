"""Browsing a bucket: folder by folder, a page at a time, with or without scripts."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext

from links.admin.base.htmx import read_htmx
from links.admin.base.pages import may_add, render_page, require, staff_user
from links.domain.buckets.s3_objects import ListedObject, Page
from links.domain.errors import HoldfastError
from links.domain.row_numbers import read_number
from links.domain.sharing import ShareScope
from links.models import Bucket, ShareLink
from links.services.links import browse, sharing
from links.texts import refusals


@dataclass(frozen=True)
class Folder:
    """One page of a folder, ready to be read: what its reader may share of it. `sought` is what the names must begin
    with."""

    bucket: Bucket
    scope: ShareScope
    prefix: str
    sought: str
    token: str

    @cached_property
    def _listed(self) -> Page | str:
        """The page, or in words why there is none."""
        try:
            return browse.list_folder(self.bucket, self.prefix + self.sought, self.scope, token=self.token)
        except HoldfastError as error:
            return refusals.explain(error)

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
        return self._link(self.prefix, q=self.sought, token=token) if token else ""

    def _link(self, prefix: str, **more: str) -> str:
        return urlencode(
            {"bucket": self.bucket.pk, "prefix": prefix, **{name: text for name, text in more.items() if text}}
        )


def browse_bucket(request: HttpRequest) -> HttpResponse:
    """A page of its own; a script shows it within the page on which a link is made."""
    require(may_add(request, ShareLink))
    scope = sharing.find_scope(staff_user(request))
    folder = _open_folder(request, scope)
    is_more = bool(folder and folder.token)
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
    asked = {name: request.GET.get(name, "") for name in ("prefix", "q", "token")}
    return Folder(bucket, scope, asked["prefix"], asked["q"], asked["token"])
