"""The words of every finding. A new finding is one entry in the file of its subject.

The gaps of its lines are the finding's own params, its `bites_at`, `span` (of `seconds`) and `refusal` (of
`reason`); the conditions may ask for any of them, and for its `verdict`. Times in params are `ended_at`, `ends_at`,
`starts_at` and `due_at`.
"""

from collections.abc import Mapping

from links.domain.findings import Code
from links.words.catalogue.buckets import BUCKETS
from links.words.catalogue.cloudfront import CLOUDFRONT
from links.words.catalogue.credentials import CREDENTIALS
from links.words.catalogue.entry import Words
from links.words.catalogue.keys import KEYS
from links.words.catalogue.objects import OBJECTS
from links.words.catalogue.signatures import SIGNATURES
from links.words.catalogue.site import SITE
from links.words.catalogue.stores import STORES

__all__ = ["CATALOGUE", "Words"]

CATALOGUE: Mapping[Code, Words] = {
    **CREDENTIALS,
    **KEYS,
    **SIGNATURES,
    **OBJECTS,
    **BUCKETS,
    **CLOUDFRONT,
    **STORES,
    **SITE,
}
