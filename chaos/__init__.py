"""The whole product under faults, with real parts: `python -m chaos`, or `make chaos`.

PostgreSQL, Valkey, web, several workers and beat are processes of their own; the store, the mail server and the
webhook are the suite's. Each scenario is one module of `chaos.scenarios`; what has to hold after every one is in
`chaos.invariants`.
"""
