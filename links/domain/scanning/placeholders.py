"""Patterns for URLs, as source code and manuals have them: nobody signed them, so that nothing of them can end."""

import re

from links.domain.signed_urls.reading import SignedUrl

# A gap of a template or of a format string, and dots for what was left out.
_GAP = re.compile(r"[{}]|\$\(|\.\.\.|…|%[sdv](?![0-9A-Fa-f])|<[A-Za-z]")
_REMOVED = re.compile(
    r"(?i)[x*.…\-]+|.*(?:\*\*\*|xxxx).*|[\[(<]?(?:redacted|removed|masked|hidden|secret|your.*|signature|sig|string)[\])>]?"
)
_SIGNATURES = ("x-amz-signature", "x-goog-signature", "x-oss-signature", "x-tos-signature", "signature", "sig")


def is_placeholder(text: str) -> bool:
    """`https://{bucket}.s3.amazonaws.com/...`: a text that is filled in before anybody opens it."""
    return _GAP.search(text) is not None


def has_placeholder(url: SignedUrl) -> bool:
    """Where its signature should be, nothing stands, or a word for it: it was taken out, or is added by a program."""
    written = [url.parameters[name] for name in _SIGNATURES if name in url.parameters]
    if not written:
        return any(name in url.parameters for name in ("x-amz-credential", "x-goog-credential", "awsaccesskeyid"))
    return all(not value or _REMOVED.fullmatch(value) for value in written)
