"""Lists of what happened: incidents, mails, validations, visits."""
