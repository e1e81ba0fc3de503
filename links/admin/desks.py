"""Importing this puts every aggregate's pages into the site."""

from links.admin import buckets, incidents, keys, links, validations, visits

__all__ = ["buckets", "incidents", "keys", "links", "validations", "visits"]
