"""The table of signers in `docs/link-doctor.md`, made from the code: one row for each way of signing that is read.

python -m tools.signers            write it
python -m tools.signers --check    fail where it is stale
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("SECRET_KEY", "only to read the words")
django.setup()

from django.utils import translation

from links.domain.signed_urls.other_signers import SIGNERS, Signer
from links.texts.signatures import name_flavour

PAGE = Path(__file__).resolve().parent.parent / "docs" / "link-doctor.md"
BEGIN, END = "<!-- signers: made by `make docs`, do not edit -->\n", "<!-- end of signers -->\n"
HEADING = "| who signed | told by | where its end stands | session's token | |\n|---|---|---|---|---|\n"
# Those that are judged by their own rules, beyond their end (`links.domain.signed_urls.url_styles`).
JUDGED = (
    "| AWS Signature Version 4 (SigV4), S3 and what copies it | `x-amz-signature`, `x-amz-credential` or "
    "`x-amz-algorithm` | `x-amz-date` and `x-amz-expires`, a number of seconds | `x-amz-security-token`, "
    "`x-amz-s3session-token` | judged |\n"
    "| AWS Signature Version 4A (SigV4A), for several regions | as SigV4, with the algorithm "
    "`AWS4-ECDSA-P256-SHA256` | as SigV4 | as SigV4 | judged, but for the signature's own shape |\n"
    "| AWS Signature Version 2 (SigV2) | `awsaccesskeyid`, or `signature` and `expires` | `expires`, seconds since "
    "1970 | `x-amz-security-token` | judged |\n"
    "| CloudFront signed URL | `key-pair-id`, or `policy` and `signature` | `expires`, seconds since 1970, or "
    "`DateLessThan` within `policy` | | judged |\n"
)


def main() -> int:
    page = PAGE.read_text(encoding="utf-8")
    fresh = renew(page)
    if "--check" not in sys.argv:
        PAGE.write_text(fresh, encoding="utf-8")
        return 0
    if fresh != page:
        sys.stderr.write(f"{PAGE.name} is stale: make docs\n")
    return int(fresh != page)


def renew(page: str) -> str:
    """The page with the table as the code has it."""
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    with translation.override("en"):
        return "".join([before, BEGIN, HEADING, JUDGED, *map(_render, SIGNERS), END, after])


def _render(signer: Signer) -> str:
    session = ", ".join(f"`{name}`" for name in signer.session)
    names = " or ".join(filter(None, _tell(signer)))
    return f"| {name_flavour(signer.flavour)} | {names} | {signer.ends.label} | {session} | read |\n"


def _tell(signer: Signer) -> Iterator[str]:
    for names in signer.names:
        text = " and ".join(f"`{name}`" for name in sorted(names))
        if signer.shape:
            text += f", of its own shape (`{signer.shape[0]}`)"
        if signer.path:
            text = f"{text}, in a path of its own" if text else "a path of its own"
        if signer.host:
            text = f"{text}, at hosts of its own" if text else "hosts of its own"
        yield text


if __name__ == "__main__":
    sys.exit(main())
