"""The addresses below /links: several modules add operations to them, and each address has one list of operations."""

from ninja import Router

router = Router()
