"""The long runs of what an attacker would try, with real parts: `python -m security`, or `make security`.

Each run is one module of `security.runs`, plays in a process of its own, and counts; a short form of each is in the
suite.
"""
