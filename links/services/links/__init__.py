"""Links: what is done with them."""
