"""Share links to objects in S3 that live as long as was promised."""

__version__ = "0.1.0"
"""The product's: the wheel's, the image's and the documents' is read from here."""
