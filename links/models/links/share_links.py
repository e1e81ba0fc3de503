"""Share links: what staff make and customers click."""

from datetime import datetime
from typing import Self, TypeVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.db import models
from django.db.models import Case, Q, When
from django.utils.translation import gettext_lazy as _

from links.domain.credentials import MAX_KEY_ID_LENGTH
from links.domain.findings import Code
from links.domain.judging.facts import Delivery, FileFacts
from links.domain.link_state import LinkAccess, has_ended
from links.domain.promise import lifetimes
from links.domain.promise.promises import PromiseReason
from links.domain.promise.terms import MAX_FILENAME_LENGTH, MAX_PURPOSE_LENGTH
from links.domain.viewers import Operator
from links.models.buckets.buckets import Bucket
from links.models.fields import EncryptedField, EncryptedModel
from links.models.leases import LeasedModel, LeasedQuerySet
from links.models.people.customers import Customer
from links.models.search import SearchedModel

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


Viewer = AbstractBaseUser | AnonymousUser | Operator
"""Whose eyes rows are meant for."""


def sees_every_link(viewer: Viewer) -> bool:
    if isinstance(viewer, Operator):
        return True
    return isinstance(viewer, PermissionsMixin) and viewer.has_perm("links.see_every_sharelink")


class ShareLinkQuerySet(LeasedQuerySet["ShareLink"]):
    def watched(self) -> Self:
        """Every link whose promise somebody still relies on."""
        return self.filter(due_at__isnull=False)

    def seen_by(self, viewer: Viewer) -> Self:
        """The links that a member of staff may know of: their own, unless they may see everyone's."""
        if sees_every_link(viewer):
            return self
        return self.filter(owner=viewer.pk) if viewer.pk else self.none()


class AboutLinkQuerySet(models.QuerySet[Row_co]):
    """Rows that tell of one link each."""

    def seen_by(self, viewer: Viewer) -> Self:
        """Those about links that a member of staff may know of."""
        if sees_every_link(viewer):
            return self
        return self.filter(link__owner=viewer.pk) if viewer.pk else self.none()


class ShareLink(EncryptedModel, LeasedModel):
    """One link. The token and the handed-out URL are bearer secrets: encrypted, and looked up by hash.

    What staff say about a link is declared in `links.domain.promise.terms`: a field that they enter begins there
    (docs/how-to/add-a-field-of-a-link.md).
    """

    delivery = models.CharField(
        _("delivery"), max_length=10, choices=[(delivery.value, delivery.value) for delivery in Delivery]
    )
    bucket = models.ForeignKey(
        Bucket, models.PROTECT, null=True, blank=True, related_name="links", verbose_name=_("bucket"), db_index=False
    )
    object_key = models.TextField(_("object key"), blank=True)
    filename = models.CharField(_("saved as"), max_length=MAX_FILENAME_LENGTH, blank=True)
    note = models.TextField(_("note"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="share_links",
        verbose_name=_("owner"), db_index=False,
    )  # fmt: skip

    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="links", verbose_name=_("customer"),
        db_index=False,
    )  # fmt: skip
    reference = models.CharField(_("reference"), max_length=100, blank=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    slug = models.CharField(_("custom address"), max_length=60, null=True, blank=True)  # noqa: DJ001  none or unique
    is_public = models.BooleanField(_("public"), default=False)
    password = models.CharField(max_length=128, blank=True, editable=False)
    download_limit = models.PositiveIntegerField(_("downloads allowed"), null=True, blank=True)
    starts_at = models.DateTimeField(_("available from"), null=True, blank=True)
    remind_days = models.PositiveSmallIntegerField(_("remind me before it expires"), null=True, blank=True)
    remind_at = models.DateTimeField(null=True, editable=False)
    notify_downloads = models.BooleanField(_("notify me when it is downloaded"), default=False)
    download_notified_at = models.DateTimeField(null=True, editable=False)

    # What a storage's link is for: there is one for each object and purpose. Empty where somebody made the link.
    purpose = models.CharField(max_length=MAX_PURPOSE_LENGTH, blank=True, editable=False)
    token_hash = models.BinaryField(max_length=32, null=True, editable=False)
    token = EncryptedField(kind="link-token", bound_to=["token_hash"], null=True, editable=False)
    url = EncryptedField(kind="handed-out-url", bound_to=["url_hash"], null=True, editable=False)
    url_hash = models.BinaryField(max_length=32, null=True, editable=False)
    # Of those with one hash, who watches: what is over lets go of it when somebody watches the URL anew.
    holds_url = models.BooleanField(default=False, editable=False)
    # Those that one act of staff brought in have one; what is wrong with them is told together.
    import_batch = models.UUIDField(null=True, editable=False)
    host = models.CharField(_("store"), max_length=255, blank=True, editable=False)
    access_key_id = models.CharField(_("signed by"), max_length=MAX_KEY_ID_LENGTH, blank=True, editable=False)
    signature_ends_at = models.DateTimeField(_("signature ends at"), null=True, blank=True, editable=False)

    lifetime = models.CharField(_("requested lifetime"), max_length=lifetimes.MAX_TEXT_LENGTH, blank=True)
    asked_until = models.DateTimeField(_("requested until"))
    promised_until = models.DateTimeField(_("promised until"))
    reasons = models.JSONField(default=list, editable=False)
    created_at = models.DateTimeField(_("made at"), editable=False, db_index=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True, editable=False)
    rescued_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="rescued",
        verbose_name=_("replaced by"),
    )  # fmt: skip
    etag = models.CharField(max_length=128, blank=True, editable=False)
    size = models.BigIntegerField(null=True, editable=False)
    version_id = models.CharField(max_length=1024, blank=True, editable=False)
    object_made_at = models.DateTimeField(null=True, editable=False)
    follows_latest = models.BooleanField(
        _("follow the latest file"),
        default=False,
        help_text=_("If not selected, the link stops when another file replaces this one."),
    )
    site = models.CharField(max_length=255, blank=True, editable=False)

    verdict = models.CharField(_("state"), max_length=10, blank=True, editable=False)
    findings = models.JSONField(default=list, editable=False)
    fails_at = models.DateTimeField(_("stops working"), null=True, blank=True, editable=False)
    validated_at = models.DateTimeField(_("last validated at"), null=True, blank=True, editable=False)
    worked_at = models.DateTimeField(_("last seen to work at"), null=True, blank=True, editable=False)
    unknown_streak = models.PositiveIntegerField(default=0, editable=False)

    # One more when what grants gave is over: each grant carries the number that it was given under.
    generation = models.PositiveIntegerField(default=0, editable=False)
    visit_count = models.PositiveBigIntegerField(_("visits"), default=0, editable=False)
    prechecked_at = models.DateTimeField(null=True, editable=False)
    visited_at = models.DateTimeField(_("last visited at"), null=True, blank=True, editable=False)
    # An index may ask for it: unlike the count it changes once, so that a click's UPDATE touches no index (HOT).
    is_opened = models.GeneratedField(
        verbose_name=_("opened"),
        expression=Case(When(visit_count__gt=0, then=True), default=False),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    objects = models.Manager.from_queryset(ShareLinkQuerySet)()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["-pk"]
        permissions = [("see_every_sharelink", "Can see everyone's links, not only their own")]
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="share_link_token_once"),
            models.UniqueConstraint(fields=["slug"], name="share_link_slug_once"),
            models.UniqueConstraint(fields=["url_hash"], name="share_link_url_once", condition=Q(holds_url=True)),
            models.UniqueConstraint(
                fields=["object_key", "purpose", "bucket"], name="share_link_purpose_once", condition=~Q(purpose="")
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="share_link_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["lease_id"], name="share_link_lease", condition=Q(lease_id__isnull=False)),
            models.Index(fields=["promised_until", "-id"], name="share_link_end"),
            # Each is the index of its foreign key, too.
            models.Index(fields=["bucket", "-id"], name="share_link_bucket"),
            models.Index(fields=["owner", "-id"], name="share_link_owner"),
            models.Index(fields=["customer", "-id"], name="share_link_customer"),
            models.Index(fields=["remind_at"], name="share_link_remind", condition=Q(remind_at__isnull=False)),
            models.Index(
                fields=["verdict", "-id"],
                name="share_link_verdict",
                condition=Q(revoked_at__isnull=True, rescued_by__isnull=True),
            ),
            models.Index(
                fields=["promised_until", "-id"],
                name="share_link_unopened",
                condition=Q(delivery=Delivery.STABLE.value, is_opened=False, revoked_at__isnull=True),
            ),
            models.Index(
                fields=["promised_until"],
                name="share_link_new",
                condition=Q(verdict__in=["", "ended"], revoked_at__isnull=True, rescued_by__isnull=True),
            ),
            models.Index(fields=["delivery", "-id"], name="share_link_delivery"),
            # Not by the count itself, which each click changes.
            models.Index(fields=["-id"], name="share_link_limited", condition=Q(download_limit__isnull=False)),
            models.Index(fields=["-id"], name="share_link_revoked", condition=Q(revoked_at__isnull=False)),
            models.Index(fields=["url_hash"], name="share_link_url", condition=Q(url_hash__isnull=False)),
            models.Index(fields=["import_batch"], name="share_link_import", condition=Q(import_batch__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.object_key or self.host}"

    def is_seen_by(self, viewer: Viewer) -> bool:
        """Whether it is among the links that are `seen_by` them."""
        return sees_every_link(viewer) or (viewer.pk is not None and self.owner_id == viewer.pk)

    @property
    def name_for_customers(self) -> str:
        """What a page, a mail or a text for the customer calls the file: never where it lies in the bucket."""
        return self.title or self.filename or self.object_key.rpartition("/")[2] or self.host

    @property
    def name_for_staff(self) -> str:
        return self.title or self.object_key or self.host

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None

    @property
    def is_rescued(self) -> bool:
        """A stable link has taken over its promise."""
        return self.rescued_by_id is not None

    @property
    def is_stopped(self) -> bool:
        """Another file took the place of the one that was shared, and the link does not follow the latest."""
        replaced = any(stored.get("code") == Code.OBJECT_REPLACED.value for stored in self.findings)
        return replaced and not self.follows_latest

    @property
    def needs_press(self) -> bool:
        """Customers get a page with a button, on which only a person presses, instead of a redirect."""
        return bool(self.password) or self.download_limit is not None or self.starts_at is not None

    @property
    def is_used_up(self) -> bool:
        return self.download_limit is not None and self.visit_count >= self.download_limit

    @property
    def downloads_left(self) -> int | None:
        """None where there is no limit."""
        return None if self.download_limit is None else max(self.download_limit - self.visit_count, 0)

    def to_access(self) -> LinkAccess:
        """What decides how it stands."""
        return LinkAccess(
            promised_until=self.promised_until,
            starts_at=self.starts_at,
            is_revoked=self.is_revoked,
            is_rescued=self.is_rescued,
            is_stopped=self.is_stopped,
            is_used_up=self.is_used_up,
            verdict=self.verdict,
        )

    def to_file_facts(self) -> FileFacts:
        """The file that was shared. A link that follows the latest has none to compare with, only its age."""
        if self.follows_latest:
            return FileFacts(made_at=self.object_made_at)
        return FileFacts(self.etag, self.size, bool(self.version_id), self.object_made_at)

    def is_over(self, now: datetime) -> bool:
        return has_ended(self.promised_until, now)

    @property
    def promise_reasons(self) -> list[PromiseReason]:
        return [PromiseReason.from_json(stored) for stored in self.reasons]


class LinkText(SearchedModel):
    """The words of a link in which is searched. They are kept on PostgreSQL only, where a trigger writes them
    (migration 0002): a link itself is written at each click and validation, and must not pay for the index each time.
    """

    link = models.OneToOneField(ShareLink, models.CASCADE, primary_key=True, related_name="text")
    spoken = models.TextField()

    searched = ("spoken",)

    def __str__(self) -> str:
        return f"text of {self.link_id}"
