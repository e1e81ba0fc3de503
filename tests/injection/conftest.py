from tests.fixtures import setup

__all__ = ["setup"]
