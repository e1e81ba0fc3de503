"""Links and what belongs to them."""
