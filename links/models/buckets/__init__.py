"""Buckets, the keys that sign for them, and who may share from them."""
