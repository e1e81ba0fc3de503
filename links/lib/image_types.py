"""Pictures that a house may show as its logo, by the ends of their files' names."""

TYPES = {".svg": "image/svg+xml", ".png": "image/png"}
