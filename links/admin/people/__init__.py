"""The pages of customers and staff, and signing in."""
