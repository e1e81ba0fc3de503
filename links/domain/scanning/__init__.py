"""Files are searched: where signed URLs stand in them, however wrapped, and which calls sign for too long."""
