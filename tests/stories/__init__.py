"""The product as a whole: real processes, real stores, long stories."""
