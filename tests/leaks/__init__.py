"""Secrets where none may be: a pytest plugin that knows every secret of the suite by its value."""
