"""Customers' visits, and the leave to download that a press gave."""
