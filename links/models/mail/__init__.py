"""Incidents' notices and mails about links, kept until delivered."""
