"""Changing links that exist: their end, their owner, their terms; and copies of them."""
