"""`make smoke`: an operator's way, walked on this machine."""
