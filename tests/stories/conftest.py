from tests.shelf import shelf

__all__ = ["shelf"]
