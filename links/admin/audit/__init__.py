"""The audit trail: its list, its export, and who has had access to something."""
