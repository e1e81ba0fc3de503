"""What people enter, turned into one service call; what that refuses comes back as an error of the form."""
