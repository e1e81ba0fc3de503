"""Words of pages for who may do what."""
