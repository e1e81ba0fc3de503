from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from links.domain.judging.forecasts import ForecastKind
from links.domain.link_state import LinkState
from links.domain.pasted.urls import read_pasted
from links.domain.signed_urls.reading import SignedUrl, Style
from links.domain.stores.answers import OUR_REFUSALS, Answer, Trouble
from links.domain.viewers import OPERATOR
from links.management.base import HoldfastCommand, read_moment, read_pasted_url
from links.management.reports import (
    Report,
    answer_to_json,
    choose_exit_code,
    finding_to_json,
    finding_to_lines,
    stamp,
)
from links.models import ShareLink
from links.services.pasted import doctor
from links.services.pasted.doctor import Diagnosis
from links.texts import signatures
from links.texts.pages import forecasts, repairs
from links.texts.times import moment
from links.texts.unchecked import describe_unchecked


class Command(HoldfastCommand):
    help = (
        "Say of any presigned URL who signed it and how, until when it really works and what is wrong with it, also "
        "where a mail or chat program has changed it. Needs no database and sends no request, unless --probe is given: "
        "then the store is asked for one byte. Only AWS, the endpoints of registered buckets and PROBE_ALLOWED_HOSTS "
        "are ever asked."
    )
    needs_database = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", metavar="URL", help="The URL in quotes, or - to read it from standard input.")
        parser.add_argument(
            "--promised-until",
            type=read_moment,
            metavar="ISO-TIME",
            help="Until when somebody promised that it works.",
        )
        parser.add_argument("--probe", action="store_true", help="Ask the store too.")

    def answer(self, options: dict[str, Any]) -> Report:
        now = timezone.now()
        diagnosis = doctor.check_url(
            read_pasted(read_pasted_url(options["url"])),
            OPERATOR,
            promised_until=options["promised_until"],
            ask=options["probe"],
            now=now,
        )
        state = diagnosis.read_state(now)
        return Report(_to_json(diagnosis, state, now), _to_lines(diagnosis, state, now), choose_exit_code([state]))


def _to_json(diagnosis: Diagnosis, state: LinkState, now: datetime) -> dict[str, object]:
    url, judgement, forecast = diagnosis.url, diagnosis.judgement, diagnosis.read_forecast(now)
    return {
        "style": url.style.value,
        "signer": url.flavour or (url.style.value if url.style is not Style.UNSIGNED else None),
        "access_key_id": url.access_key_id or None,
        "credential_kind": diagnosis.credential_kind,
        "signed_at": stamp(url.signed_at),
        "expires_at": stamp(url.expires_at),
        "forecast": {"kind": forecast.kind.value, "at": stamp(forecast.at)},
        "verdict": state.value,
        "answer": answer_to_json(diagnosis.answer),
        "findings": [finding_to_json(finding) for finding in judgement.findings],
        "cautions": signatures.caution(url, now, diagnosis.pasted.cut_at),
        "probably": _probable_to_json(url),
        "link": diagnosis.own.link.pk if diagnosis.own and diagnosis.own.link else None,
        "repairs": [repair.value for repair in diagnosis.repairs],
        "unchecked": describe_unchecked(url.host) if diagnosis.may_be_denied(now) else [],
    }


def _probable_to_json(url: SignedUrl) -> dict[str, str | None]:
    session = url.session if url.is_aws else None
    return {
        "account": url.probable_account or None,
        "session_began_at": stamp(session.began_at if session else None),
        "session_region": (session.region if session else "") or None,
    }


def _to_lines(diagnosis: Diagnosis, state: LinkState, now: datetime) -> list[str]:
    lines = [
        f"Signed by   {_describe_signer(diagnosis)}",
        f"Signature   {signatures.name_style(diagnosis.url)}",
        f"Signed at   {_say(diagnosis.url.signed_at)}",
        f"Ends        {_describe_end(diagnosis, now)}",
        f"Verdict     {_describe_state(diagnosis, state)}",
    ]
    for finding in diagnosis.judgement.findings:
        lines += finding_to_lines(finding)
    return [*lines, *_describe_more(diagnosis)]


def _describe_more(diagnosis: Diagnosis) -> list[str]:
    """What a verdict does not say: why it means little, and what was done to the URL before it was read."""
    url, cut_at = diagnosis.url, diagnosis.pasted.cut_at
    own = diagnosis.own.link if diagnosis.own else None
    excuse = signatures.excuse(url)
    if diagnosis.own:
        excuse = signatures.explain_own(leads_nowhere=diagnosis.own.leads_nowhere)
    mended = [f"Repaired    {repairs.sentence(repair)}" for repair in diagnosis.repairs]
    ours = [f"Ours        link {own.pk}: promised until {moment(own.promised_until)}"] if own else []
    cautions = [f"But         {sentence}" for sentence in signatures.caution(url, timezone.now(), cut_at)]
    probable = [f"Besides     {sentence}" for sentence in signatures.tell_probable(url)]
    unseen = describe_unchecked(url.host) if diagnosis.may_be_denied(timezone.now()) else []
    unchecked = [f"Unseen      {sentence}" for sentence in unseen]
    return [*([f"But         {excuse}"] if excuse else []), *cautions, *probable, *ours, *mended, *unchecked]


def _describe_signer(diagnosis: Diagnosis) -> str:
    kind = signatures.name_credential(diagnosis.credential_kind)
    if not diagnosis.url.access_key_id:
        return "nobody that the URL names"
    return f"{diagnosis.url.access_key_id}, {kind}" if kind else diagnosis.url.access_key_id


def _describe_end(diagnosis: Diagnosis, now: datetime) -> str:
    """What becomes of it in truth, beside what the URL states where that is another moment."""
    stated, found = diagnosis.url.expires_at, diagnosis.read_forecast(now)
    if found.kind is ForecastKind.PROMISED and diagnosis.own is None:
        return f"{_say(stated)} at the latest" if stated else _say(stated)
    text = f"{forecasts.name(found)} {moment(found.at)}" if found.at else forecasts.name(found)
    text += " at the latest" if found.kind is ForecastKind.STOPS else ""
    return text if found.at == stated or stated is None else f"{text}, although the URL says {_say(stated)}"


def _say(when: datetime | None) -> str:
    return moment(when) if when else "not stated"


def _describe_state(diagnosis: Diagnosis, state: LinkState) -> str:
    word = state.value.replace("_", " ")
    if diagnosis.own and diagnosis.own.link:
        return _describe_own(diagnosis.own.link, state, word)
    if state is LinkState.ENDED:
        return f"{word}: the promise is over"
    if diagnosis.answer is None:
        if state is LinkState.BROKEN:
            return f"{word}: by what the URL contains, it cannot work. The store was not asked"
        nothing = ": no problem found in the URL" if state is LinkState.HEALTHY else ""
        return f"{word}{nothing}. Only the URL was read; --probe asks the store"
    return f"{word}. {_describe_asking(diagnosis.answer)}"


def _describe_asking(answer: Answer) -> str:
    if answer.trouble in OUR_REFUSALS:
        return "Nobody was asked"
    if answer.trouble is Trouble.UNRESOLVED:
        return "No store was found under the URL's host"
    return "The store was asked" if answer.status is not None else "The store was asked, and gave no answer"


def _describe_own(own: ShareLink, state: LinkState, word: str) -> str:
    text = f"{word}: how it fares is unknown" if state is LinkState.NEW else word
    since = f"validated {moment(own.validated_at)}" if own.validated_at else "not validated yet"
    hint = "" if state.is_withdrawn else f"; validate_links {own.pk} asks the store"
    return f"{text}. This is link {own.pk} of this site, {since}{hint}"
