"""Customers who ask for more time, and the answers to them."""
