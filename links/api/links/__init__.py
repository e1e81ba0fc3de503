"""Links, over the API: made, read and changed."""
