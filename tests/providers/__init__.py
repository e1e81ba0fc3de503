"""Providers of OpenID Connect: a real one, and one that lies."""
