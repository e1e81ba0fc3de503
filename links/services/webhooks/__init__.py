"""Webhooks: events written down where they happen, told to other systems, and told again on request."""
