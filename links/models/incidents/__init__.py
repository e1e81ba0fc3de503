"""Incidents, and the notices about them."""
