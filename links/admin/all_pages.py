"""Importing this puts every model's pages into the site."""

from links.admin.audit import audit_admin
from links.admin.buckets import bucket_admin, share_permission_admin
from links.admin.history import (
    incident_admin,
    incident_notice_admin,
    link_mail_admin,
    validation_admin,
    visit_admin,
)
from links.admin.keys import key_admin
from links.admin.links import link_admin
from links.admin.people import customer_admin, sign_in_admin, staff_admin
from links.admin.time_requests import time_request_admin
from links.admin.webhooks import message_admin, webhook_admin

__all__ = [
    "audit_admin",
    "bucket_admin",
    "customer_admin",
    "incident_admin",
    "incident_notice_admin",
    "key_admin",
    "link_admin",
    "link_mail_admin",
    "message_admin",
    "share_permission_admin",
    "sign_in_admin",
    "staff_admin",
    "time_request_admin",
    "validation_admin",
    "visit_admin",
    "webhook_admin",
]
