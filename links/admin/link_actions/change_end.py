"""Change the end of links. Extend, shorten and revive are one question: until when?"""

from collections.abc import Mapping
from datetime import datetime

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from links.admin.base.finding_views import explain_promise
from links.admin.base.htmx import read_htmx
from links.admin.base.link_lookup import get_link_to_change
from links.admin.base.model_admin import HoldfastModelAdmin
from links.admin.base.pages import go_to, log_all, log_change, render_form, render_page, require, staff_user
from links.admin.base.refusal_views import describe_refusal
from links.admin.link_actions.bulk_results import (
    BulkResults,
    build_foreseen_end,
    build_new_end,
    build_results,
    show_results,
)
from links.admin.link_actions.selection import Selection, read_selection, select
from links.domain.judging.facts import Delivery
from links.domain.link_state import has_ended
from links.forms.changes.ends import EndForm, ReviveForm
from links.models import ShareLink
from links.queries.audit.link_acts import find_revocation
from links.queries.link_state import read_state
from links.services.links import changes, sharing
from links.services.links.changes import NewEnd
from links.texts.formatting import group_digits
from links.texts.lifetimes import list_presets
from links.texts.pages import ends, promises
from links.texts.pages.histories import MORE_DOWNLOADS, log_end, log_ends, log_message
from links.texts.pages.sharing import askable


def change_end(request: HttpRequest, object_id: str) -> HttpResponse:
    """What is entered may be previewed as often as somebody likes, and is then kept."""
    link, now = get_link_to_change(request, object_id), timezone.now()
    require(link.delivery == Delivery.STABLE)
    form = _make_form(request, link, now)
    ready = request.method == "POST" and form.is_valid()
    if ready and "preview" not in request.POST and (done := form.change(link, now)):
        until = done.promise.promised_until
        log_change(request, link, log_end(done.change, done.before, until))
        messages.success(request, ends.sentence(done.change, done.before, until))
        if more := form.more_allowed:
            log_change(request, link, log_message(MORE_DOWNLOADS, count=str(more)))
            words = ngettext("%(count)s more download is allowed.", "%(count)s more downloads are allowed.", more)
            messages.info(request, words % {"count": group_digits(more)})
        if done.promise.is_shortened:
            messages.warning(request, promises.summary(done.promise, Delivery(link.delivery)))
        return go_to(ShareLink, "change", link.pk)
    if ready and "preview" in request.POST:
        foreseen = form.foresee(link, now)
    elif request.method == "GET" and isinstance(form, ReviveForm):
        foreseen = form.foresee_proposed(link, now)
    else:
        foreseen = None
    panel = _describe_preview(request, link, foreseen, form)
    if read_htmx(request):
        return render_page(request, "sharelink/actions/end_panel", ShareLink, title="", form=form, panel=panel)
    return _show(request, link, form, panel)


def _make_form(request: HttpRequest, link: ShareLink, now: datetime) -> EndForm:
    """One that opens for nobody is revived; one that is used up is cut short by whoever may not share it any more."""
    scope, state = sharing.find_scope(staff_user(request)), read_state(link, now)
    if state.is_open or (state.is_live and not changes.may_share_again(link, scope)):
        return EndForm(scope, request.POST or None, link=link)
    return ReviveForm(scope, request.POST or None, link=link, now=now)


def _show(request: HttpRequest, link: ShareLink, form: EndForm, panel: Mapping[str, object] | None) -> HttpResponse:
    revives, now = isinstance(form, ReviveForm), timezone.now()
    may_share = changes.may_share_again(link, form.scope)
    return render_form(
        request,
        "sharelink/actions/end",
        ShareLink,
        form,
        title=gettext("Revive this link") if revives else gettext("Change the expiry date"),
        link=link,
        revives=revives,
        state=read_state(link, now),
        has_ended=has_ended(link.promised_until, now),
        revocation=find_revocation(link),
        may_share=may_share,
        whom_to_ask="" if may_share else askable(form.scope.askable),
        promise="" if revives else explain_promise(link, now),
        panel=panel,
        presets=list_presets(),
        zone=timezone.get_current_timezone_name(),
    )


def _describe_preview(
    request: HttpRequest, link: ShareLink, foreseen: NewEnd | None, form: EndForm
) -> dict[str, object] | None:
    """The panel beside the field: None while there is nothing to say."""
    if foreseen is not None:
        promise = foreseen.promise
        return {
            "tone": "warn" if promise.is_shortened else "good",
            "sentence": ends.sentence(foreseen.change, foreseen.before, promise.promised_until),
            "before": foreseen.before,
            "after": promise.promised_until,
            "asked_until": promise.asked_until if promise.is_shortened else None,
            "reasons": [promises.reason(reason) for reason in promise.reasons],
            "unchecked": promises.unchecked(promise),
        }
    return describe_refusal(form, request.user, link.bucket)


@admin.action(description=_("Change the expiry date"), permissions=["change"])
def change_end_of_selected(
    _admin: HoldfastModelAdmin[ShareLink], request: HttpRequest, queryset: QuerySet[ShareLink]
) -> HttpResponse:
    """Asks until when; the answer goes to `change_ends`."""
    return _ask(request, select(queryset), EndForm(sharing.find_scope(staff_user(request))))


def change_ends(request: HttpRequest) -> HttpResponse:
    selection, form = read_selection(request), EndForm(sharing.find_scope(staff_user(request)), request.POST)
    foresees = "preview" in request.POST
    act = form.foresee_all if foresees else form.change_all
    results = act(selection.links, timezone.now()) if form.is_valid() else None
    if results is None or foresees:
        return _ask(
            request, selection, form, build_results(request.user, results, build_foreseen_end) if results else None
        )
    for change in {result.done.change for result in results if result.done}:
        done = [result.item for result in results if result.done and result.done.change is change]
        log_all(request, CHANGE, done, log_ends(change, form.cleaned_data["lifetime"]))
    return show_results(request, gettext("Change the expiry date"), build_results(request.user, results, build_new_end))


def _ask(
    request: HttpRequest, selection: Selection, form: EndForm, foreseen: BulkResults | None = None
) -> HttpResponse:
    return render_form(
        request,
        "sharelink/actions/end_many",
        ShareLink,
        form,
        title=gettext("Change the expiry date"),
        selected=selection,
        foreseen=foreseen,
        presets=list_presets(),
        zone=timezone.get_current_timezone_name(),
    )
