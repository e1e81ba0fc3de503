from tests.setup import setup

__all__ = ["setup"]
