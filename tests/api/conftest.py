"""A store, a key and a bucket."""

from tests.fixtures import setup

__all__ = ["setup"]
