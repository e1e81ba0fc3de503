"""The words of every finding. A new finding is one entry in the file of its subject.

The gaps of its lines are the finding's own params, its `fails_at`, `span` (of `seconds`) and `refusal` (of
`reason`) and `policy_name` (of `policy`); the conditions may ask for any of them, and for its `verdict`. Times in
params are `ended_at`, `ends_at`, `starts_at`, `due_at` and `clock_at`.
"""

from collections.abc import Mapping

from links.domain.findings import Code
from links.texts.findings.addresses import ADDRESSES
from links.texts.findings.buckets import BUCKETS
from links.texts.findings.cloudfront import CLOUDFRONT
from links.texts.findings.credentials import CREDENTIALS
from links.texts.findings.denials import DENIALS
from links.texts.findings.entry import Words
from links.texts.findings.keys import KEYS
from links.texts.findings.mistakes import MISTAKES
from links.texts.findings.objects import OBJECTS
from links.texts.findings.signature_times import SIGNATURE_TIMES
from links.texts.findings.signatures import SIGNATURES
from links.texts.findings.site import SITE
from links.texts.findings.stores import STORES

__all__ = ["CATALOGUE", "Words"]

CATALOGUE: Mapping[Code, Words] = {
    **CREDENTIALS,
    **KEYS,
    **DENIALS,
    **SIGNATURE_TIMES,
    **SIGNATURES,
    **MISTAKES,
    **OBJECTS,
    **BUCKETS,
    **ADDRESSES,
    **CLOUDFRONT,
    **STORES,
    **SITE,
}
