"""The promise: the lifetime that was asked for, what can be kept of it, and under what terms."""
