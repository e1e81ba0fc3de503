from tests.setup import shelf

__all__ = ["shelf"]
