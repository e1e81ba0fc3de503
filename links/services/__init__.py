"""The verbs: the only place where the floors below meet. The clock comes in as `now`."""
