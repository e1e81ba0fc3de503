"""Who comes from outside, and what they may do here."""
