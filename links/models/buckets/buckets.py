"""Buckets: where objects live, each bound to exactly one signing key."""

from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from links.domain.buckets.bucket_states import LastTest
from links.domain.buckets.endpoints import Addressing, aws_endpoint, host_of
from links.domain.errors import Unavailable
from links.domain.judging.facts import BucketFacts
from links.domain.policies.lifecycles import read_kept_rules
from links.domain.policies.statements import Policy, read_policy
from links.domain.reasons import Reason
from links.models.buckets.keys import SigningKey
from links.models.fields import EncryptedField, EncryptedModel, EncryptedValue

_BOUND = "bound"


class BindingField(EncryptedField):
    """Written when the row is made."""

    def pre_save(self, model_instance: models.Model, add: bool) -> object:
        if add and getattr(model_instance, self.attname) is None:
            setattr(model_instance, self.attname, _BOUND)
        return super().pre_save(model_instance, add)


class Bucket(EncryptedModel):
    """`binding` says that this site itself bound the key to this name at this place: a row that was edited by hand
    would send what the key signs to another host. A region is one, too: AWS's in China and elsewhere have names of
    their own, and a bucket of the same name there is anybody's."""

    name = models.CharField(_("name"), max_length=255)
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="buckets", verbose_name=_("signing key"))
    region = models.CharField(_("region"), max_length=40, blank=True)
    endpoint = models.URLField(
        _("endpoint"), blank=True, help_text=_("Leave empty for AWS. Otherwise the address of the S3-compatible store.")
    )
    addressing = models.CharField(
        _("addressing"),
        max_length=10,
        choices=[(way.value, way.value) for way in Addressing],
        default=Addressing.AUTO.value,
    )
    binding = BindingField(
        kind="bucket-place",
        bound_to=["name", "endpoint", "region", "addressing", "key_encryption_id"],
        null=True,
        editable=False,
    )
    created_at = models.DateTimeField(_("added at"), editable=False)

    # What its last test has shown, as it is reached now; nothing once that was changed.
    tested_at = models.DateTimeField(null=True, editable=False)
    test_works = models.BooleanField(null=True, editable=False)

    # What the store says of the bucket, kept as it came; None was never read. What may not be read any more is kept as
    # it was read last: `configuration_at` is when the store was asked, the others when it answered.
    lifecycle = models.TextField(null=True, editable=False)  # noqa: DJ001  "" is "there is none"
    policy = models.TextField(null=True, editable=False)  # noqa: DJ001
    versioned = models.BooleanField(null=True, editable=False)
    configuration_at = models.DateTimeField(null=True, editable=False)
    configuration_tried_at = models.DateTimeField(null=True, editable=False)
    lifecycle_read_at = models.DateTimeField(null=True, editable=False)
    policy_read_at = models.DateTimeField(null=True, editable=False)
    versioned_read_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("bucket")
        verbose_name_plural = _("buckets")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["name", "endpoint"], name="bucket_once_per_store")]

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        """Its store's, without a port."""
        return host_of(self.endpoint or aws_endpoint("s3", self.region))

    @property
    def key_encryption_id(self) -> UUID:
        return self.key.encryption_id

    def require_binding(self) -> None:
        """Raises `Unavailable`: `secrets-misplaced` where name, place or key were changed past this site."""
        if self.binding is None:
            raise Unavailable(Reason.SECRETS_MISPLACED)
        self.binding.open()

    def bind(self, key: SigningKey) -> None:
        """Have another key sign for it; the row is not saved. Raises what `require_binding` raises."""
        self.require_binding()
        self.bind_anew(key)

    def bind_anew(self, key: SigningKey) -> None:
        """As `bind`, where somebody has just said what its name and endpoint are; the row is not saved. What it was
        tested with before tells nothing any more."""
        self.key, self.binding = key, EncryptedValue.encrypt(_BOUND)
        self.tested_at = self.test_works = None

    @property
    def last_test(self) -> LastTest | None:
        return LastTest(self.tested_at, self.test_works) if self.tested_at else None

    def to_facts(self) -> BucketFacts:
        policy = Policy() if self.policy == "" else read_policy(self.policy or "")
        return BucketFacts(
            rules=None if self.lifecycle is None else read_kept_rules(self.lifecycle),
            denials=policy.denials if policy else None,
            grants=policy.grants if policy else (),
            versioned=self.versioned,
        )
