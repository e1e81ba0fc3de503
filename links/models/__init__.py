"""Rows and querysets: no network, no rules."""

from links.models.audit.records import AuditDetail, AuditRecord
from links.models.buckets.buckets import Bucket
from links.models.buckets.keys import SigningKey
from links.models.buckets.share_permissions import SharePermission
from links.models.fields import EncryptedField, EncryptedModel, EncryptedValue
from links.models.incidents.incidents import Incident, IncidentLink, IncidentNotice, NoticeDigest
from links.models.links.share_links import LinkText, ShareLink
from links.models.links.time_requests import TimeRequest, TimeRequestMessage
from links.models.mail.link_mails import LinkMail
from links.models.monitoring.metric_values import MetricValue
from links.models.people.api_tokens import ApiToken
from links.models.people.customers import Customer
from links.models.people.idempotency_keys import IdempotencyKey
from links.models.people.identities import Identity
from links.models.people.preferences import StaffPreferences
from links.models.people.second_factors import AuthenticatorApp, Passkey, RecoveryCode
from links.models.people.service_accounts import ServiceAccount
from links.models.people.sessions import Session
from links.models.people.sign_ins import SignIn
from links.models.people.throttles import Throttle
from links.models.validation.clock_readings import ClockReading
from links.models.validation.store_breakers import StoreBreaker
from links.models.validation.validations import DailyVerdictCount, Heartbeat, Validation
from links.models.visits.grants import Grant
from links.models.visits.visits import Visit
from links.models.webhooks.events import WebhookEvent
from links.models.webhooks.messages import WebhookMessage
from links.models.webhooks.webhooks import Webhook

__all__ = [
    "ApiToken",
    "AuditDetail",
    "AuditRecord",
    "AuthenticatorApp",
    "Bucket",
    "ClockReading",
    "Customer",
    "DailyVerdictCount",
    "EncryptedField",
    "EncryptedModel",
    "EncryptedValue",
    "Grant",
    "Heartbeat",
    "IdempotencyKey",
    "Identity",
    "Incident",
    "IncidentLink",
    "IncidentNotice",
    "LinkMail",
    "LinkText",
    "MetricValue",
    "NoticeDigest",
    "Passkey",
    "RecoveryCode",
    "ServiceAccount",
    "Session",
    "ShareLink",
    "SharePermission",
    "SignIn",
    "SigningKey",
    "StaffPreferences",
    "StoreBreaker",
    "Throttle",
    "TimeRequest",
    "TimeRequestMessage",
    "Validation",
    "Visit",
    "Webhook",
    "WebhookEvent",
    "WebhookMessage",
]
