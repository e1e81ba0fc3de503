"""What is told to machines that watch the site."""
