"""Measurements that are made by hand: `python -m bench.NAME`."""
