"""Signing in: the password, the second factor, and asking again who somebody is."""
