"""What is counted for those who watch the site."""
