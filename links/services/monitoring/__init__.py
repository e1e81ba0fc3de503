"""What each process counts for those who watch the site, and how the counts of all become one."""
