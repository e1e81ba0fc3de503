"""The link doctor: what can be told of any URL, by reading it and, when asked, by one probe."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError

from links.domain.audit.acts import Act
from links.domain.credentials import KeyState
from links.domain.judging.facts import Delivery, Facts
from links.domain.judging.forecasts import Forecast, ForecastKind, forecast
from links.domain.judging.verdicts import Judgement, judge
from links.domain.pasted.repair import Repair
from links.domain.pasted.urls import PastedUrl
from links.domain.signed_urls import reading
from links.domain.signed_urls.reading import SignedUrl, Style
from links.domain.stores.answers import Answer
from links.models import SigningKey
from links.models.links.share_links import Viewer
from links.queries import database
from links.queries.bucket_registry import make_policy, make_policy_without_buckets, show_path
from links.queries.link_state import LinkState, read_forecast, read_state
from links.queries.own_urls import OwnUrl, find_own_link
from links.s3.probe import ProbePolicy, probe
from links.services.audit.recording import record_if_possible
from links.services.pasted.object_search import SearchedObject, search_object

TEMPORARY = "temporary"
IAM_USER_KEY = "iam-user-key"
UNPROVED = "unproved"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`pasted` is what was asked about; its repaired URL is for the eyes of whoever asked alone."""

    pasted: PastedUrl
    credential_kind: str | None
    judgement: Judgement
    answer: Answer | None
    own: OwnUrl | None = None
    promised_until: datetime | None = None

    @property
    def url(self) -> SignedUrl:
        return self.pasted.signed

    @property
    def repairs(self) -> tuple[Repair, ...]:
        return self.pasted.repairs

    def read_state(self, now: datetime) -> LinkState:
        """How it stands: of a link of ours what every page says of it, for its URL tells nothing; of any other what
        was judged."""
        if self.own and self.own.link:
            return read_state(self.own.link, now)
        return LinkState(self.judgement.verdict.value)

    def may_be_denied(self, now: datetime) -> bool:
        """Whether a policy that nobody sees could still refuse it; what has no signature, or is over, is refused by
        none."""
        over = (ForecastKind.STOPPED, ForecastKind.NEVER_WORKED)
        return self.url.style is not Style.UNSIGNED and self.read_forecast(now).kind not in over

    def read_forecast(self, now: datetime) -> Forecast:
        """Until when it works: of a link of ours what every page says of it. What nobody asked about is not said to
        work."""
        if self.own and self.own.link:
            return read_forecast(self.own.link, now)
        state = self.read_state(now)
        if state is LinkState.HEALTHY and self.answer is None:
            state = LinkState.NEW
        return forecast(state, self.url.expires_at, self.judgement.findings, now)


def check_url(
    pasted: PastedUrl, viewer: Viewer, *, promised_until: datetime | None = None, ask: bool = False, now: datetime
) -> Diagnosis:
    """Judge a URL; `ask` probes it. Works without a database: then no key is known as proved. A link of
    our own is named, to whom may know of it, and never probed: its token stands in its path, which nothing here tells
    on."""
    own = find_own_link(pasted.signed, viewer)
    if ask and own is None:
        _record_probe(pasted.signed)
    answer = probe(pasted.url, policy=_find_policy(), now=lambda: now) if ask and own is None else None
    searched = search_object(pasted.signed, viewer, answer) if answer and database.is_there() else None
    judgement = _drop_repeated(_judge(pasted.signed, promised_until, answer, now, searched, is_ours=own is not None))
    return Diagnosis(pasted, _name_credential(pasted.signed), judgement, answer, own, promised_until)


def _record_probe(url: SignedUrl) -> None:
    """By its host alone: the rest of a URL is what somebody may get in by."""
    if database.is_there():
        record_if_possible(Act.URL_CHECKED, after={"host": url.host})


def read_off(url: SignedUrl, promised_until: datetime | None, now: datetime) -> Judgement:
    """What a URL that is nobody's own says of itself, unasked."""
    return _judge(url, promised_until, None, now, is_ours=False)


def _judge(
    url: SignedUrl,
    promised_until: datetime | None,
    answer: Answer | None,
    now: datetime,
    searched: SearchedObject | None = None,
    *,
    is_ours: bool,
) -> Judgement:
    bucket_key = (searched.bucket, searched.object_key) if searched else reading.find_object(url)
    facts = Facts(
        delivery=Delivery.FOREIGN,
        url=url,
        promised_until=promised_until,
        seen_at=now,
        bucket=bucket_key[0] if bucket_key else "",
        object_key=bucket_key[1] if bucket_key else "" if is_ours else show_path(url),
        exists=searched.exists if searched else None,
        found_as=searched.found_as if searched else "",
    )
    return judge(facts, answer, now)


def _drop_repeated(judgement: Judgement) -> Judgement:
    """Whoever asks the doctor is asked back to come again: nothing is tried by itself."""
    findings = (replace(each, params={**each.params, "asked": "once"}) for each in judgement.findings)
    return replace(judgement, findings=tuple(findings))


def _name_credential(url: SignedUrl) -> str | None:
    if url.style not in (Style.SIGV4, Style.SIGV2) or not url.access_key_id:
        return None
    if url.token or url.has_temporary_id:
        return TEMPORARY
    return IAM_USER_KEY if _is_proved(url.access_key_id) else UNPROVED


def _is_proved(access_key_id: str) -> bool:
    if not database.is_there():
        return False
    try:
        return SigningKey.objects.filter(access_key_id=access_key_id, state=KeyState.PROVED.value).exists()
    except (DatabaseError, ImproperlyConfigured):
        return False


def _find_policy() -> ProbePolicy:
    if not database.is_there():
        return make_policy_without_buckets()
    try:
        return make_policy()
    except (DatabaseError, ImproperlyConfigured):
        return make_policy_without_buckets()
