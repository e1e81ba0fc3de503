"""What the audit trail tells of, and how its records hold together."""
