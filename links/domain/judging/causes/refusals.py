"""A refusal: what a store answered instead of the object, beside what is known of the URL that got it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from links.domain.buckets.object_spellings import find_spellings
from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.facts import Delivery, Facts
from links.domain.signed_urls.reading import SignedUrl, Style
from links.domain.stores import refusal_words
from links.domain.stores.answers import Answer
from links.domain.stores.denials import SpokenDenial, read_denial

KEY_CODES = (refusal_words.KEY_UNKNOWN, refusal_words.KEY_INACTIVE, refusal_words.KEY_EXPIRED)
DENIED_CODES = (refusal_words.DENIED, "Unauthorized", "")


@dataclass(frozen=True)
class Refusal:
    """An answer that served nothing, with what is known of the URL that got it."""

    facts: Facts
    url: SignedUrl
    answer: Answer
    now: datetime

    @cached_property
    def code(self) -> str:
        """AWS's name for what the store says. Who signs with a token in the URL speaks of it."""
        named = refusal_words.name_code(self.answer.code, self.answer.message)
        if named or self.answer.code or self.url.style is not Style.OTHER:
            return named
        return refusal_words.name_sentence(f"{self.answer.label} {self.answer.message}", has_own_token=True)

    @cached_property
    def denial(self) -> SpokenDenial:
        return read_denial(self.answer.message)

    @property
    def token(self) -> bool:
        return self.url.has_session

    @property
    def stable(self) -> bool:
        return self.facts.delivery is Delivery.STABLE

    @property
    def clock(self) -> datetime:
        """A store goes by its own clock; ours tells as much where the two agree."""
        return self.answer.date if self.answer.date and self.answer.shifted else self.now

    @property
    def stated_end_passed(self) -> bool:
        return self.url.expires_at is not None and self.url.expires_at <= self.clock

    @property
    def is_silent(self) -> bool:
        """No code, no words of a store's: it need not be the store that answered."""
        return not self.code

    @property
    def is_spoken(self) -> bool:
        """AWS names who may not do what: then token, key and signature were in order."""
        return self.answer.says("is not authorized to perform", "explicit deny")

    @property
    def fresh_served(self) -> bool:
        return self.facts.fresh is not None and self.facts.fresh.served

    def broken(self, cause: Code, **params: str) -> Finding:
        return Finding(cause, Verdict.BROKEN, None, {**self.evidence, **params})

    def missing(self, **params: str) -> Finding:
        """That there is no such object, and what to look at: its name may be written otherwise in the bucket."""
        object_key, found_as = self.facts.object_key, self.facts.found_as
        other = next((each for each in find_spellings(object_key) if found_as in ("", each.key)), None)
        spelling = other.spelling.value if other else ""
        return self.broken(Code.OBJECT_MISSING, object=object_key, spelling=spelling, found_as=found_as, **params)

    def unknown(self, cause: Code, **params: str) -> Finding:
        return Finding(cause, Verdict.UNKNOWN, None, {**self.evidence, "host": self.url.host, **params})

    @property
    def evidence(self) -> dict[str, str]:
        """The raw answer, kept for the curious."""
        status = str(self.answer.status) if self.answer.status is not None else ""
        code = self.answer.code or self.answer.label
        return {"status": status, "store_code": code, "store_message": self.answer.message}


def is_conclusive(answer: Answer) -> bool:
    """Whether an answer says something about the link, rather than about the way to the store."""
    if answer.trouble is not None or answer.status is None:
        return False
    if answer.served or is_moved(answer):
        return True
    # Stores refuse in XML or without a body; a page in HTML was written by something on the way, unless it says in so
    # many words what is wrong with the link. That something is gone for good (410) is no passing fault of the way.
    is_page = "html" in answer.content_type.casefold() and not name_of(answer)
    written_on_the_way = is_page and answer.status != 410
    return 400 <= answer.status < 500 and not written_on_the_way and not is_busy(answer)


def is_ambiguous(answer: Answer) -> bool:
    """Whether a refusal may have several causes, which a fresh signature, or a look for the object, tells apart."""
    if answer.served or not is_conclusive(answer):
        return False
    return refusal_words.name_code(answer.code, answer.message) in (*DENIED_CODES, "SignatureDoesNotMatch")


def is_denial(answer: Answer) -> bool:
    """Whether it may be the object that is missing."""
    return is_ambiguous(answer) and refusal_words.name_code(answer.code, answer.message) in DENIED_CODES


def is_of_an_unknown_key(answer: Answer) -> bool:
    return is_conclusive(answer) and refusal_words.name_code(answer.code, answer.message) == refusal_words.KEY_UNKNOWN


def is_of_a_missing_object(answer: Answer) -> bool:
    return is_conclusive(answer) and name_of(answer) == "NoSuchKey"


def is_busy(answer: Answer) -> bool:
    status = answer.status or 0
    busy = refusal_words.name_code(answer.code, answer.message) == refusal_words.BUSY
    return busy or status >= 500 or status in (407, 408, 429)


def is_moved(answer: Answer) -> bool:
    return answer.status in (301, 302, 307, 308) and bool(answer.region or refusal_words.is_of_a_redirect(answer.code))


def name_of(answer: Answer) -> str:
    return refusal_words.name_code(answer.code, answer.message)


Rule = Callable[[Refusal], Finding | None]
