"""What a customer's request meets: a closed link, a password, a limit."""
