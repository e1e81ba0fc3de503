"""What mails and notices say."""
