"""What the API alone asks for."""
