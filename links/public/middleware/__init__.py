"""Middleware that changes what every page says."""
