"""The pages of signing keys."""
