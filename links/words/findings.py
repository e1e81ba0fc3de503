"""Every finding in words: what happened, since when or from when, and what to do."""

from datetime import timedelta

from django.utils.translation import gettext

from links.domain.errors import HoldfastError
from links.domain.findings import Code, Finding
from links.words import flaws, refusals
from links.words.catalogue import CATALOGUE
from links.words.lines import plain, speak
from links.words.times import moment, read_moment, span


def title(code: Code) -> str:
    """A few words for lists and mail subjects."""
    return gettext(CATALOGUE[code].title)


def sentence(finding: Finding) -> str:
    """What happened, since when or from when."""
    return speak(CATALOGUE[finding.code].sentences, _read_values(finding))


def cure(finding: Finding) -> str:
    """What to do about it."""
    return speak(CATALOGUE[finding.code].cures, _read_values(finding))


def unasked(finding: Finding) -> str:
    """That it could not be asked about since, because something else keeps us from it; empty where it could."""
    since = read_moment(finding.params.get("unasked_since", ""))
    told = gettext("It was so when last seen. Since %(since)s it cannot be asked about.")
    return told % {"since": since} if since else ""


def reply(finding: Finding) -> str:
    """What the store answered, as it came; empty where it was not asked, or gave no answer."""
    values = {name: plain(finding.params.get(name, "")) for name in ("status", "store_code", "store_message")}
    code = " ".join(part for part in (values["status"], values["store_code"]) if part)
    if not code:
        return ""
    if not values["store_message"]:
        return gettext("The store answered: %(code)s") % {"code": code}
    return gettext("The store answered: %(code)s, “%(message)s”") % {"code": code, "message": values["store_message"]}


_MOMENTS = ("ended_at", "ends_at", "starts_at", "due_at")


def _read_values(finding: Finding) -> dict[str, str]:
    """What the gaps and conditions of a finding's lines may ask for. What cannot be read counts as missing."""
    params = finding.params
    values = {name: plain(value) for name, value in params.items()}
    values |= {name: read_moment(params.get(name, "")) for name in _MOMENTS}
    if finding.code is Code.URL_CHANGED and values.get("what"):
        values["what"] = flaws.describe(values["what"])
    return values | {
        "verdict": finding.verdict.value,
        "bites_at": moment(finding.bites_at) if finding.bites_at else "",
        "span": _read_span(params.get("seconds", "")),
        "refusal": refusals.say(HoldfastError(params["reason"])) if params.get("reason") else "",
    }


def _read_span(seconds: str) -> str:
    try:
        return span(timedelta(seconds=int(seconds)))
    except (ValueError, OverflowError):
        return ""
