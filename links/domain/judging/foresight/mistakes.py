"""What the program that signed a URL did wrong, as it stands in the URL: nothing on its way does that to it."""

from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.foresight.cases import Case
from links.domain.signed_urls.mistakes import Mistake, MistakeKind, find_word_in_name
from links.domain.signed_urls.parameters import SPELLINGS
from links.domain.signed_urls.url_styles import Style


def find_mistake(case: Case) -> Finding | None:
    """The first: who mends that sees the next. S3 takes one signature only ("Only one auth mechanism allowed"), where a
    network in front of it reads one and takes it off."""
    found = list(case.url.mistakes)
    if case.url.is_aws and "signature" in case.url.second:
        found.append(Mistake(MistakeKind.TWICE, "signature"))
    if not found:
        return _find_word_in_name(case)
    first = found[0]
    # SigV2 signs no parameter, so that the store may find either signature in order; SigV4 signs all of them.
    is_lenient = first.kind is MistakeKind.AGAIN and case.url.style is Style.SIGV2
    params = {"mistake": first.kind.value, "parameter": SPELLINGS.get(first.name, first.name), "value": first.value}
    verdict = Verdict.AT_RISK if is_lenient else case.unless_served
    return Finding(Code.SIGNED_WRONG, verdict, None, {name: text for name, text in params.items() if text})


def _find_word_in_name(case: Case) -> Finding | None:
    """A bucket or a file may be called so; it seldom is."""
    if case.served or case.url.style not in (Style.SIGV4, Style.SIGV2):
        return None
    word = find_word_in_name(case.url.store.bucket, case.url.path)
    params = {"mistake": "name", "value": word, "guessed": "yes"}
    return Finding(Code.SIGNED_WRONG, Verdict.AT_RISK, None, params) if word else None
