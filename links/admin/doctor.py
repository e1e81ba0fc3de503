"""The link doctor's page: what can be told of any URL that is pasted. The answer repeats nothing that is secret, but
the URL itself where it was repaired: whoever pasted it broken gets it back whole, and nothing keeps it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from links.admin.base.badges import Badge, of_diagnosis, of_link
from links.admin.base.columns import NOTHING
from links.admin.base.finding_views import FindingView, build_finding_view
from links.admin.base.htmx import read_htmx
from links.admin.base.pages import address, may_add, may_view, render_form, require, staff_user
from links.domain.findings import Finding
from links.domain.judging.forecasts import ForecastKind
from links.domain.promise.lifetimes import Lifetime
from links.domain.stores.answers import OUR_REFUSALS, Answer
from links.forms.doctor import DoctorForm
from links.forms.foreign import WatchManyForm
from links.models import Bucket, ShareLink
from links.queries.bucket_registry import find_shared
from links.services.links.sharing import find_scope
from links.services.pasted.doctor import Diagnosis
from links.services.pasted.watch import find_watched
from links.texts import signatures
from links.texts.pages import forecasts, repairs
from links.texts.times import moment
from links.texts.unchecked import list_unchecked


@dataclass(frozen=True, slots=True)
class Cure:
    """How the object can be had by a link that lasts. `watched` is rescued as it is; else `make` is where its stable
    link is made, filled in already. `names_version` warns of a URL that leads to one version of the object."""

    bucket: Bucket
    watched: ShareLink | None
    make: str
    names_version: bool


@dataclass(frozen=True, slots=True)
class DoctorPage:
    badge: Badge
    meaning: str
    excuse: str
    cautions: list[str]
    facts: list[tuple[str, str]]
    findings: list[FindingView]
    repairs: list[str]
    repaired: str = field(repr=False)
    own: ShareLink | None
    watched: ShareLink | None
    cure: Cure | None


def show_doctor(request: HttpRequest) -> HttpResponse:
    """For whoever may view links. The URL comes by POST, never in an address."""
    require(may_view(request, ShareLink))
    now, form = timezone.now(), DoctorForm(request.POST or None)
    diagnosis = form.examine(staff_user(request), now) if request.method == "POST" and form.is_valid() else None
    several = len(form.found) if diagnosis and len(form.found) > 1 else 0
    return render_form(
        request,
        "diagnosis" if read_htmx(request) else "doctor",
        ShareLink,
        form,
        title=gettext("Link doctor"),
        page=_build_page(diagnosis, form, request, now) if diagnosis else None,
        zone=timezone.get_current_timezone_name(),
        several=several,
        watch_form=_prefill_watching(form, request) if several and may_add(request, ShareLink) else None,
    )


def _prefill_watching(form: DoctorForm, request: HttpRequest) -> WatchManyForm:
    """What sends all of them on to be watched. The page holds none of the URLs: what is secret in them is carried
    encrypted, as by every form that asks again."""
    lines = "\n".join(pasted.url for pasted in form.found)
    until = request.POST.get("promised_until", "")
    watch_form = WatchManyForm(staff_user(request), {"lines": lines, "promised_until": until})
    watch_form.hide_secrets()
    return watch_form


def _build_page(diagnosis: Diagnosis, form: DoctorForm, request: HttpRequest, now: datetime) -> DoctorPage:
    """A URL that was cut out of a text with several is not repeated: nothing had to be repaired for that."""
    until, is_one_of_several = form.cleaned_data["promised_until"], len(form.found) > 1
    is_own, scope = diagnosis.own is not None, find_scope(staff_user(request))
    bucket, object_key = (None, "") if is_own else find_shared(diagnosis.url, scope)
    watched = find_watched(diagnosis.pasted, staff_user(request), now)
    make = _prefill(bucket, object_key, until if until and until > now else None)
    own = diagnosis.own.link if diagnosis.own else None
    excuse = signatures.excuse(diagnosis.url)
    if diagnosis.own:
        excuse = signatures.explain_own(leads_nowhere=diagnosis.own.leads_nowhere)
    mended = () if is_one_of_several else diagnosis.repairs
    badge = of_link(diagnosis.read_state(now), own.findings) if own else of_diagnosis(diagnosis)
    return DoctorPage(
        badge=badge,
        meaning=badge.hint,
        excuse=excuse,
        cautions=signatures.caution(diagnosis.url, now, diagnosis.pasted.cut_at),
        facts=_describe(diagnosis, bucket, object_key, now),
        findings=[_build_finding(finding, badge) for finding in diagnosis.judgement.findings],
        repairs=[repairs.sentence(repair) for repair in mended],
        repaired=diagnosis.pasted.url if mended else "",
        own=own,
        watched=watched,
        cure=Cure(bucket, watched, make, bool(diagnosis.url.version_id)) if bucket else None,
    )


def _build_finding(finding: Finding, overall: Badge) -> FindingView:
    """Its hint says no more of how the link fares than the page's own does."""
    view = build_finding_view(finding)
    return replace(view, badge=replace(view.badge, hint=overall.hint))


def _describe(diagnosis: Diagnosis, bucket: Bucket | None, object_key: str, now: datetime) -> list[tuple[str, str]]:
    url = diagnosis.url
    kind = signatures.name_credential(diagnosis.credential_kind)
    return [
        (gettext("Signed by"), gettext(", ").join(part for part in (url.access_key_id, kind) if part) or NOTHING),
        (gettext("Signature type"), signatures.name_style(url)),
        (gettext("Signed at"), _format_moment(url.signed_at)),
        (gettext("Expiry in the URL"), _format_moment(url.expires_at)),
        *_describe_forecast(diagnosis, now),
        (gettext("Leads to"), f"{bucket.name}/{object_key}" if bucket else object_key or NOTHING),
        (gettext("Store"), url.host),
        *((gettext("Besides"), sentence) for sentence in signatures.tell_probable(url)),
        (gettext("The store's answer"), _describe_answer(diagnosis.answer)),
        *(list_unchecked(url.host) if diagnosis.may_be_denied(now) else []),
    ]


def _describe_forecast(diagnosis: Diagnosis, now: datetime) -> list[tuple[str, str]]:
    """What becomes of it in truth. A signature ends when it states to, whether it works until then or not."""
    found = diagnosis.read_forecast(now)
    if found.kind is ForecastKind.NEVER_WORKED:
        return [(gettext("Works until"), forecasts.name(found))]
    if found.kind is ForecastKind.FAILS:
        return [(gettext("Works until"), forecasts.name(found))]
    is_stated = found.kind is ForecastKind.PROMISED and diagnosis.own is None
    if is_stated or found.kind is ForecastKind.STOPS:
        latest = gettext("%(moment)s at the latest") % {"moment": moment(found.at)} if found.at else ""
        return [(gettext("Stops working"), latest)] if latest else []
    return [(forecasts.name(found), _format_moment(found.at))]


def _format_moment(when: datetime | None) -> str:
    return moment(when) if when else gettext("not stated")


def _describe_answer(answer: Answer | None) -> str:
    if answer is None:
        return gettext("It was not asked.")
    if answer.trouble in OUR_REFUSALS:
        return gettext("This server may not ask it.")
    status = " ".join(str(part) for part in (answer.status, answer.code or answer.label) if part)
    if not status:
        return gettext("No useful answer.")
    return (
        gettext("%(code)s, “%(message)s”") % {"code": status, "message": answer.message} if answer.message else status
    )


def _prefill(bucket: Bucket | None, object_key: str, until: datetime | None) -> str:
    """An object's name is no secret, so it may stand in an address."""
    known = {"bucket": bucket.pk if bucket else "", "object_key": object_key}
    lifetime = {"lifetime": str(Lifetime(end=until))} if until else {}
    return f"{address(ShareLink, 'add')}?{urlencode({**known, **lifetime})}"
