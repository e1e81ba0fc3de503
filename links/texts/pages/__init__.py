"""What pages say of links, keys and people."""
