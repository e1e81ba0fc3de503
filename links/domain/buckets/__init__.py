"""Buckets and their objects: where they live, and what stores say of them."""
