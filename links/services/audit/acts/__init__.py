"""Acts that no service of their own records: sign-ins, commands, exports, refused pages, settings."""
