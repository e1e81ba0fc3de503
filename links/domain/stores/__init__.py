"""Stores: their hosts, their clocks, and what they answer."""
