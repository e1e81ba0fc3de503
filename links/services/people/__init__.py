"""Customers and staff: found, signed in, and allowed."""
