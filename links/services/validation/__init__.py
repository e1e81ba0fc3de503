"""The steps of one validation: what is asked besides, what is written down, and what cannot be validated at all."""
