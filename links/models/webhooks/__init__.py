"""Webhooks, the events that they are told of, and the messages on their way."""
