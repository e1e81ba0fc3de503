"""Incidents: opened, changed and resolved by what validations find."""
