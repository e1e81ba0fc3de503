"""Incidents, visits and the audit trail, over the API."""
