"""Handing URLs over to customers: one link's, or many new ones."""
