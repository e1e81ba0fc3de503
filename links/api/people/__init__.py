"""Customers and their requests for more time, over the API."""
