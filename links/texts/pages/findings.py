"""Every finding in words: what happened, since when or from when, and what to do."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial

from django.utils.translation import gettext

from links.domain.findings import Code, Finding
from links.texts import labels, refusals
from links.texts.findings import CATALOGUE
from links.texts.formatting import plain, render_lines
from links.texts.refusals import url_flaws
from links.texts.times import moment, read_moment, span


def title(code: Code) -> str:
    """A few words for lists and mail subjects."""
    return gettext(CATALOGUE[code].title)


def sentence(finding: Finding) -> str:
    """What happened, since when or from when."""
    return render_lines(CATALOGUE[finding.code].sentences, _read_values(finding))


def cure(finding: Finding) -> str:
    """What to do about it."""
    return render_lines(CATALOGUE[finding.code].cures, _read_values(finding))


def unasked(finding: Finding) -> str:
    """That it could not be asked about since, because something else keeps us from it; empty where it could."""
    since = read_moment(finding.params.get("unasked_since", ""))
    text = gettext("This was the state at the last check. Since %(since)s it could not be checked.")
    return text % {"since": since} if since else ""


def reply(finding: Finding) -> str:
    """What the store answered, as it came; empty where it was not asked, or gave no answer."""
    values = {name: plain(finding.params.get(name, "")) for name in ("status", "store_code", "store_message")}
    code = " ".join(part for part in (values["status"], values["store_code"]) if part)
    if not code:
        return ""
    if not values["store_message"]:
        return gettext("The store answered: %(code)s") % {"code": code}
    return gettext("The store answered: %(code)s, “%(message)s”") % {"code": code, "message": values["store_message"]}


_MOMENTS = ("ended_at", "ends_at", "starts_at", "due_at", "clock_at")


class _Values(Mapping[str, str]):
    """Values that are put into words where a line asks for them, and no sooner: a list has a thousand findings."""

    def __init__(self, read: Mapping[str, Callable[[], str]]) -> None:
        self._read = read
        self._told: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        if name not in self._told:
            self._told[name] = self._read[name]()
        return self._told[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


def _read_values(finding: Finding) -> Mapping[str, str]:
    """What the gaps and conditions of a finding's lines may ask for. What cannot be read counts as missing."""
    params = finding.params
    readers: dict[str, Callable[[], str]] = {name: partial(plain, value) for name, value in params.items()}
    readers |= {name: partial(read_moment, params.get(name, "")) for name in _MOMENTS}
    if finding.code is Code.URL_CHANGED and params.get("what"):
        readers["what"] = lambda: url_flaws.describe(plain(params["what"]))
    return _Values(
        readers
        | {
            "verdict": lambda: finding.verdict.value,
            "fails_at": lambda: moment(finding.fails_at) if finding.fails_at else "",
            "span": lambda: _read_span(params.get("seconds", "")),
            "policy_name": lambda: labels.name_policy(params.get("policy", "")),
            "refusal": lambda: refusals.explain_stored(params["reason"]) if params.get("reason") else "",
        }
    )


def _read_span(seconds: str) -> str:
    try:
        return span(timedelta(seconds=int(seconds)))
    except (ValueError, OverflowError):
        return ""
