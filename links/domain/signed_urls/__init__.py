"""Signed URLs: read as any signer made them, and checked as our own gate does."""
