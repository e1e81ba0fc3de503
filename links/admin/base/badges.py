"""States as colour, sign and word at once: nobody has to see colours to read them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from links.domain.buckets.bucket_states import BucketState
from links.domain.buckets.s3_objects import Step, StepResult
from links.domain.credentials import KeyState
from links.domain.events.webhooks import WebhookState
from links.domain.findings import Finding, Verdict, find_worst_verdict
from links.domain.signed_urls.reading import Style
from links.models import Bucket, Incident, IncidentNotice, LinkMail, SigningKey, TimeRequest, Webhook, WebhookMessage
from links.queries.bucket_states import find_states
from links.queries.link_state import LinkState
from links.services.pasted.doctor import Diagnosis
from links.texts import labels
from links.texts.pages.bucket_tests import describe_state
from links.texts.pages.webhooks import explain_state, name_state
from links.texts.times import moment


class Tone(StrEnum):
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    UNSURE = "unsure"
    QUIET = "quiet"


_SIGNS = {Tone.GOOD: "✓", Tone.WARN: "▲", Tone.BAD: "✕", Tone.UNSURE: "?", Tone.QUIET: "○"}


@dataclass(frozen=True, slots=True)
class Badge:
    """Renders itself, in a template or a list's column."""

    tone: Tone
    word: str
    hint: str = ""

    def __html__(self) -> SafeString:
        return format_html(
            '<span class="badge badge-{}"{}><span class="sign" aria-hidden="true">{}</span>{}</span>',
            self.tone.value,
            format_html(' title="{}"', self.hint) if self.hint else "",
            _SIGNS[self.tone],
            self.word,
        )

    def __str__(self) -> SafeString:
        return self.__html__()


_WEBHOOKS = {
    WebhookState.ON: Tone.GOOD,
    WebhookState.OFF: Tone.QUIET,
    WebhookState.GONE: Tone.BAD,
    WebhookState.GIVEN_UP: Tone.BAD,
}
_VERDICTS = {
    Verdict.HEALTHY: Tone.GOOD,
    Verdict.AT_RISK: Tone.WARN,
    Verdict.BROKEN: Tone.BAD,
    Verdict.UNKNOWN: Tone.UNSURE,
    Verdict.ENDED: Tone.QUIET,
}
_KEYS = {
    KeyState.PROVED: Tone.GOOD,
    KeyState.UNPROVED: Tone.UNSURE,
    KeyState.PENDING: Tone.WARN,
    KeyState.REFUSED: Tone.BAD,
}
_BUCKETS = {
    BucketState.WORKS: Tone.GOOD,
    BucketState.TEST_WORKED: Tone.GOOD,
    BucketState.TEST_UNTOLD: Tone.UNSURE,
    BucketState.UNTRIED: Tone.UNSURE,
    BucketState.KEY_PENDING: Tone.WARN,
}
_VISITS = {
    "served": Tone.GOOD,
    "resumed": Tone.GOOD,
    "asked": Tone.WARN,
    "wrong-password": Tone.WARN,
    "too-many-tries": Tone.WARN,
    "failed": Tone.BAD,
}
_JUDGED = frozenset({Style.SIGV4, Style.SIGV2, Style.CLOUDFRONT})
_STEPS = {True: Tone.GOOD, False: Tone.BAD, None: Tone.UNSURE}


def of_link(state: LinkState, findings: Iterable[Mapping[str, object]] = ()) -> Badge:
    """`findings` are the last validation's, as they are stored: where it served nothing, nobody may say that it
    works."""
    if state is LinkState.REVOKED:
        return Badge(Tone.QUIET, gettext("Revoked"), gettext("A member of staff revoked it."))
    if state is LinkState.RESCUED:
        return Badge(Tone.QUIET, gettext("Replaced"), gettext("A stable link has taken its place."))
    if state is LinkState.USED_UP:
        return Badge(Tone.QUIET, gettext("No downloads left"), gettext("All downloads have been used."))
    if state is LinkState.NEW:
        return Badge(Tone.UNSURE, gettext("Not yet validated"), gettext("It was just made and will be checked soon."))
    badge = of_verdict(state.value)
    if state is LinkState.AT_RISK and any(stored.get("verdict") == Verdict.UNKNOWN.value for stored in findings):
        return replace(badge, hint=gettext("It may stop before its promised date. Whether it works now is not known."))
    return badge


def of_verdict(verdict: str) -> Badge:
    try:
        known = Verdict(verdict)
    except ValueError:
        return Badge(Tone.UNSURE, verdict)
    return Badge(_VERDICTS[known], labels.label(known), labels.meaning(known))


def of_diagnosis(diagnosis: Diagnosis) -> Badge:
    """A verdict's own words say how the link fares, which nobody knows who has only read its URL."""
    if diagnosis.own and diagnosis.own.leads_nowhere:
        return Badge(Tone.BAD, gettext("No such link"))
    verdict = of_verdict(diagnosis.judgement.verdict.value)
    if diagnosis.judgement.verdict is Verdict.ENDED:
        return verdict
    if diagnosis.answer is not None:
        return verdict if diagnosis.promised_until else replace(verdict, hint=_explain_unpromised(diagnosis))
    hint = gettext("Only the URL was read. Whether it works is known only after the store was asked.")
    if diagnosis.judgement.verdict is Verdict.BROKEN:
        hint = gettext("Only the URL was read. By what it contains, it cannot work.")
    if not diagnosis.judgement.findings:
        is_judged = diagnosis.url.style in _JUDGED
        well = Badge(Tone.GOOD, gettext("No problem found in the URL"), hint)
        return well if is_judged else Badge(Tone.UNSURE, gettext("Not checked"), hint)
    return replace(verdict, hint=hint)


def _explain_unpromised(diagnosis: Diagnosis) -> str:
    """What the store's answer shows of a URL of which nobody entered until when it was promised."""
    verdict = diagnosis.judgement.verdict
    if verdict is Verdict.HEALTHY:
        return gettext("The store was asked, and the URL works. No problem was found.")
    if verdict is Verdict.AT_RISK:
        return gettext("It works now, but may stop working earlier than expected.")
    return labels.meaning(verdict)


def of_watched(findings: Sequence[Finding]) -> Badge:
    """A URL that is watched from now on, by what was read off it: nobody has asked whether it works."""
    worst = find_worst_verdict(findings)
    if worst in (Verdict.BROKEN, Verdict.AT_RISK):
        word = gettext("Watched: %(state)s") % {"state": labels.label(worst)}
        return Badge(_VERDICTS[worst], word)
    return Badge(Tone.QUIET, gettext("Watched"))


def of_key(key: SigningKey) -> Badge:
    if key.replaced_at is not None:
        return Badge(Tone.QUIET, gettext("Rotated"), gettext("Another key has replaced it. It no longer signs."))
    state = key.key_state
    return Badge(_KEYS.get(state, Tone.QUIET), labels.label(state), labels.meaning(state))


def of_bucket(bucket: Bucket) -> Badge:
    """How it stands, by one query of its own."""
    state = find_states(Bucket.objects.filter(pk=bucket.pk))[bucket.pk]
    return Badge(_BUCKETS.get(state, Tone.BAD), describe_state(state, bucket.last_test))


def of_incident(incident: Incident) -> Badge:
    """How grave it is while it lasts."""
    return of_verdict(incident.verdict) if incident.is_open else Badge(Tone.GOOD, gettext("Resolved"))


def of_notice(notice: IncidentNotice | LinkMail) -> Badge:
    if notice.delivered_at:
        return Badge(Tone.GOOD, gettext("Delivered"))
    if notice.given_up_at:
        return Badge(Tone.BAD, gettext("Given up"))
    # What was found a moment ago waits for what belongs to it, by no rule that anybody has to know.
    if not notice.attempts and notice.due_at and notice.due_at > timezone.now() + timedelta(minutes=1):
        word = gettext("Waits until %(due_at)s") % {"due_at": moment(notice.due_at)}
        return Badge(Tone.QUIET, word, gettext("It is held back so that not too many messages are sent."))
    return Badge(Tone.WARN if notice.attempts else Tone.UNSURE, pgettext("a message to be sent", "Waiting"))


def of_webhook_message(message: WebhookMessage) -> Badge:
    if message.delivered_at:
        return Badge(Tone.GOOD, gettext("Delivered"))
    if message.given_up_at:
        return Badge(Tone.BAD, gettext("Given up"))
    return Badge(Tone.WARN if message.attempts else Tone.UNSURE, pgettext("a message to be sent", "Waiting"))


def of_webhook(webhook: Webhook) -> Badge:
    state = WebhookState(webhook.state)
    if state is WebhookState.ON and webhook.failing_since:
        return Badge(Tone.WARN, gettext("Fails"), gettext("Its server takes nothing at the moment. It is tried again."))
    return Badge(_WEBHOOKS[state], name_state(state), explain_state(state))


def of_time_request(asked: TimeRequest) -> Badge:
    if asked.is_open:
        return Badge(Tone.WARN, pgettext("a question to be answered", "Waiting"))
    return Badge(Tone.GOOD, gettext("Granted")) if asked.granted_until else Badge(Tone.QUIET, gettext("Declined"))


def of_step(result: StepResult) -> Badge:
    """Signing asks nobody, so it shows nothing of the key."""
    if result.step is Step.SIGN and result.ok:
        return Badge(Tone.QUIET, gettext("Done here"), gettext("The store was not asked for this."))
    texts = {True: gettext("Works"), False: gettext("Does not work"), None: gettext("Not available (optional)")}
    return Badge(_STEPS[result.ok], texts[result.ok])


def of_visit(outcome: str) -> Badge:
    return Badge(_VISITS.get(outcome, Tone.QUIET), labels.visit_label(outcome), labels.visit_meaning(outcome))
