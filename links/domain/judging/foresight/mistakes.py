"""What the program that signed a URL did wrong, as it stands in the URL: nothing on its way does that to it."""

from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.foresight.cases import Case
from links.domain.signed_urls.mistakes import Mistake, MistakeKind, find_word_in_name, is_word
from links.domain.signed_urls.parameters import SPELLINGS
from links.domain.signed_urls.url_styles import Style
from links.domain.stores.hosts import find_unknown_place


def find_mistake(case: Case) -> Finding | None:
    """The first: who mends that sees the next. S3 takes one signature only ("Only one auth mechanism allowed"), where a
    network in front of it reads one and takes it off."""
    found = list(case.url.mistakes)
    if case.url.is_aws and "signature" in case.url.second:
        found.append(Mistake(MistakeKind.TWICE, "signature"))
    if not found:
        return _find_word_in_name(case) or _find_wrong_host(case) or _find_dot_segments(case)
    first = found[0]
    # SigV2 signs no parameter, so that the store may find either signature in order; SigV4 signs all of them.
    is_lenient = first.kind is MistakeKind.AGAIN and case.url.style is Style.SIGV2
    params = {"mistake": first.kind.value, "parameter": SPELLINGS.get(first.name, first.name), "value": first.value}
    if first.kind is MistakeKind.DISTRIBUTION:  # by the letter that it begins with
        is_lenient = True
        params["guessed"] = "yes"
    verdict = Verdict.AT_RISK if is_lenient else case.unless_served
    return Finding(Code.SIGNED_WRONG, verdict, None, {name: text for name, text in params.items() if text})


def _find_word_in_name(case: Case) -> Finding | None:
    """A bucket or a file may be called so; it seldom is."""
    if case.served or case.url.style not in (Style.SIGV4, Style.SIGV2):
        return None
    word = find_word_in_name(case.url.store.bucket, case.url.path)
    params = {"mistake": "name", "value": word, "guessed": "yes"}
    return Finding(Code.SIGNED_WRONG, Verdict.AT_RISK, None, params) if word else None


_WORDS_IN_HOSTS = frozenset({"undefined"})
_DOTS = frozenset({".", ".."})
_SCHEMES = frozenset({"http", "https", "undefined", "null", "none", "nan"})  # as the whole of a host's name


def _find_wrong_host(case: Case) -> Finding | None:
    """A host that a program put together of a setting that was missing, or of more than its name."""
    url = case.url
    if case.served or url.style not in (Style.SIGV4, Style.SIGV2):
        return None
    place = find_unknown_place(url.hostname)
    if is_word(place):
        return Finding(Code.SIGNED_WRONG, Verdict.BROKEN, None, {"mistake": "host", "value": place})
    if place and not place.startswith("external"):
        params = {"mistake": "endpoint", "value": url.hostname, "guessed": "yes"}
        return Finding(Code.SIGNED_WRONG, Verdict.AT_RISK, None, params)
    words = [label for label in url.hostname.split(".") if label in _WORDS_IN_HOSTS]
    word = url.hostname if url.hostname in _SCHEMES else next(iter(words), "")
    params = {"mistake": "host", "value": word, "guessed": "yes"}
    return Finding(Code.SIGNED_WRONG, Verdict.AT_RISK, None, params) if word else None


def _find_dot_segments(case: Case) -> Finding | None:
    """Whatever follows WHATWG's URL standard, as browsers do, takes them out before it asks, and a signature that
    covers the path no longer fits."""
    is_signed = case.url.style in (Style.SIGV4, Style.SIGV2)
    if case.served or not is_signed or _DOTS.isdisjoint(case.url.path.split("/")):
        return None
    return Finding(Code.SIGNED_WRONG, Verdict.AT_RISK, None, {"mistake": "dots", "guessed": "yes"})
