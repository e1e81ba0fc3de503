"""The pages of customers and staff."""
