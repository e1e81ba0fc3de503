"""What is done to links that there are: one, or many at once."""
