"""Runs the whole product on one machine, without root: `python -m demo`, or `make demo`."""
