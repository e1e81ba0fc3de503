"""The pages of links: the list, one link, and making one."""
