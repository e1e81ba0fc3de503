"""What people enter about themselves."""
