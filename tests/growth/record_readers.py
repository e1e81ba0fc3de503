"""How the functions of the audit trail and of people are fed, beside those of `tests.growth.domain_readers`."""

from collections.abc import Mapping

from links.domain.audit import chain
from links.domain.audit import values as recorded
from links.domain.people import claims
from tests.growth.measure import Reader

_SALT = bytes(chain.SALT_BYTES)

RECORD_READERS: Mapping[str, Reader] = {
    "domain.audit.chain.digest_personal": lambda text: chain.digest_personal(_SALT, text),
    "domain.audit.chain.hash_record": lambda text: chain.hash_record(1, chain.BEGINNING, {"object_text": text}),
    "domain.audit.chain.write_canonical": lambda text: chain.write_canonical({"object_text": text}),
    "domain.audit.values.clean_text": lambda text: recorded.clean_text(text, recorded.MAX_TEXT),
    "domain.audit.values.keep_changed": lambda text: recorded.keep_changed({"note": text}, {"note": f"{text}."}),
    "domain.audit.values.split_personal": lambda text: recorded.split_personal({"note": text, "host": text}),
    "domain.audit.values.to_plain": lambda text: recorded.to_plain("note", text),
    "domain.people.claims.find_groups": lambda text: (
        claims.find_groups({"a": text}, "a"),
        claims.find_groups({"a": [text, *text.split()]}, "a"),
    ),
    "domain.people.claims.map_groups": lambda text: claims.map_groups([text, *text.split()], {text: ["Manager"]}),
    "domain.people.claims.read_person": lambda text: claims.read_person(
        text, {"sub": text, "name": text, "email": text, "email_verified": True}, {}, "groups"
    ),
}
