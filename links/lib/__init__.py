"""Pure functions that know nothing of links: the standard library only."""
