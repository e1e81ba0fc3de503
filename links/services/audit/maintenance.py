"""What is done about the audit trail each minute."""

from links.services.audit.chaining import chain_records


def maintain_trail() -> int:
    """Chain what a killed process left unchained; how many records."""
    return chain_records()
