"""Programs of a site, run together: started, watched, started again, and ended."""
