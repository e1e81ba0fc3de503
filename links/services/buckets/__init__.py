"""Buckets: bound to their keys, tried out, and asked for their own configuration."""
