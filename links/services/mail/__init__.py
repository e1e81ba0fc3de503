"""Mails about links, and the outbox in which messages lie until they are delivered."""
