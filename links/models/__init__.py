"""Rows and querysets: no network, no rules."""

from links.models.buckets import Bucket
from links.models.clocks import ClockReading
from links.models.customers import Customer
from links.models.fields import Sealed, SealedField, SealedModel
from links.models.grants import Grant
from links.models.incidents import Harm, Incident, Notice
from links.models.keys import SigningKey
from links.models.letters import Letter
from links.models.links import LinkText, ShareLink
from links.models.readers import Reader
from links.models.sessions import Session
from links.models.sharing import SharePermission
from links.models.sign_ins import SignIn
from links.models.stores import StoreTrial
from links.models.throttles import Throttle
from links.models.time_requests import TimeRequest, TimeRequestMessage
from links.models.validations import Pulse, Validation, VerdictTally
from links.models.visits import Visit

__all__ = [
    "Bucket",
    "ClockReading",
    "Customer",
    "Grant",
    "Harm",
    "Incident",
    "Letter",
    "LinkText",
    "Notice",
    "Pulse",
    "Reader",
    "Sealed",
    "SealedField",
    "SealedModel",
    "Session",
    "ShareLink",
    "SharePermission",
    "SignIn",
    "SigningKey",
    "StoreTrial",
    "Throttle",
    "TimeRequest",
    "TimeRequestMessage",
    "Validation",
    "VerdictTally",
    "Visit",
]
