"""What processes have counted."""
