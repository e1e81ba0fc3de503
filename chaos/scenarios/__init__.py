"""What goes wrong: one module for each. Each has a `NAME`, what is to be reached (`REACH`), and `play`."""
