"""API tokens: one's own, and those of service accounts."""
