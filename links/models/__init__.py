"""Rows and querysets: no network, no rules."""

from links.models.buckets import Bucket
from links.models.fields import Sealed, SealedField
from links.models.incidents import Harm, Incident, Notice
from links.models.keys import SigningKey
from links.models.links import ShareLink
from links.models.validations import Pulse, Validation
from links.models.visits import Visit

__all__ = [
    "Bucket",
    "Harm",
    "Incident",
    "Notice",
    "Pulse",
    "Sealed",
    "SealedField",
    "ShareLink",
    "SigningKey",
    "Validation",
    "Visit",
]
