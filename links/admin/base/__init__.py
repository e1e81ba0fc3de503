"""What every page of staff's builds on."""
