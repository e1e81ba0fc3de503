"""Buckets with their objects, and signing keys, over the API."""
