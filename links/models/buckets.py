"""Buckets: where objects live, each bound to exactly one signing key."""

import json

from django.db import models
from django.utils.translation import gettext_lazy as _

from links.domain.facts import BucketFacts
from links.domain.lifecycles import read_rules
from links.domain.policies import Policy, read_policy
from links.domain.stores import Addressing
from links.models.keys import SigningKey


class Bucket(models.Model):
    name = models.CharField(_("name"), max_length=255)
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="buckets", verbose_name=_("signing key"))
    region = models.CharField(_("region"), max_length=40, blank=True)
    endpoint = models.URLField(
        _("endpoint"), blank=True, help_text=_("Leave empty for AWS; else the address of the S3-compatible store.")
    )
    addressing = models.CharField(
        _("addressing"),
        max_length=10,
        choices=[(way.value, way.value) for way in Addressing],
        default=Addressing.AUTO.value,
    )
    created_at = models.DateTimeField(_("added at"), editable=False)

    # What the store says of the bucket, kept as it came; None was never read. What may not be read any more is kept as
    # it was read last: `configuration_at` is when the store was asked, the others when it answered.
    lifecycle = models.TextField(null=True, editable=False)  # noqa: DJ001  "" is "there is none"
    policy = models.TextField(null=True, editable=False)  # noqa: DJ001
    versioned = models.BooleanField(null=True, editable=False)
    configuration_at = models.DateTimeField(null=True, editable=False)
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

    def to_facts(self) -> BucketFacts:
        policy = Policy() if self.policy == "" else read_policy(self.policy or "")
        return BucketFacts(
            rules=None if self.lifecycle is None else read_rules(json.loads(self.lifecycle)),
            denials=policy.denials if policy else None,
            grants=policy.grants if policy else (),
            versioned=self.versioned,
        )
