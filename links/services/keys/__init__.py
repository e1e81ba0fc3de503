"""Signing keys: proved again and again, and rotated; and the keys that seal our own secrets."""
