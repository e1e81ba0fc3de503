"""What other systems are told by webhooks: kinds of event, what each says, and how long it is tried."""
