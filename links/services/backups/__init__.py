"""A site in one file: written from any database, and restored into any other."""
