"""The page of one link."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin.models import LogEntry
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext

from links.admin.base import badges
from links.admin.base.charts import Chart
from links.admin.base.columns import NOTHING, show_age, write_moment
from links.admin.base.finding_views import (
    FindingView,
    build_link_views,
    build_stored_views,
    explain_outlook,
    explain_promise,
)
from links.admin.base.link_lookup import get_link
from links.admin.base.pages import may_change, may_view, render_page, require
from links.admin.base.validating import Validating, find_validating
from links.admin.history.visit_chart import chart_visits
from links.admin.time_requests.grant_labels import name_grant, name_question
from links.domain.judging.facts import Delivery
from links.domain.promise.terms import TERMS, Section
from links.domain.sharing import ShareScope
from links.models import Incident, ShareLink, TimeRequest, Validation, Visit
from links.models.people.accounts import is_account
from links.queries.audit.link_acts import find_makers, list_acts
from links.queries.link_state import LinkState, read_forecast, read_state
from links.services.links.changes import may_share_again
from links.services.links.sharing import find_scope
from links.services.mail.link_mails import find_reader
from links.texts import labels, lifetimes
from links.texts.formatting import write_size
from links.texts.pages import forecasts, sharing
from links.texts.people import name_person
from links.texts.readers import name_reader
from links.texts.terms import LABELS, describe
from links.texts.unchecked import list_unchecked

VALIDATIONS = 50
VISITS = 20
ACTS = 20


def show_link(request: HttpRequest, object_id: str) -> HttpResponse:
    """What is changed about a link has pages of its own; this one is only read."""
    link = get_link(request, object_id)
    require(request.method in ("GET", "HEAD") and may_view(request, ShareLink))
    page = LinkPage(link, timezone.now(), request.user, may_change=may_change(request, ShareLink))
    title = gettext("Link #%(number)s") % {"number": link.pk}
    return render_page(request, "sharelink/page", ShareLink, title=title, link=link, page=page)


@dataclass(frozen=True)
class LinkPage:
    """One link, ready to be read. Holds no URL and no token."""

    link: ShareLink
    now: datetime
    user: AbstractBaseUser | AnonymousUser
    may_change: bool

    @cached_property
    def state(self) -> LinkState:
        return read_state(self.link, self.now)

    @property
    def badge(self) -> badges.Badge:
        return badges.of_link(self.state, self.link.findings)

    @cached_property
    def validating(self) -> Validating | None:
        return find_validating([self.link], self.now)

    @property
    def promise(self) -> str:
        return explain_promise(self.link, self.now)

    @property
    def heading(self) -> str:
        return forecasts.heading(read_forecast(self.link, self.now))

    @property
    def outlook(self) -> str:
        return explain_outlook(self.link, self.now)

    @property
    def is_used_up(self) -> bool:
        return self.state is LinkState.USED_UP

    @property
    def may_follow_latest(self) -> bool:
        return self.may_change and self.may_share and self.state.is_live and self.link.is_stopped

    @cached_property
    def findings(self) -> list[FindingView]:
        """Of the last validation; what affected a link that is over affects nobody."""
        return build_link_views(self.link, self.user) if self.state.is_live else []

    # What its toolbar offers: nothing that a role may not do.

    @property
    def may_validate(self) -> bool:
        return self.may_change and not self.state.is_withdrawn

    @property
    def may_rescue(self) -> bool:
        may_rescue = self.may_change and self._may_add and self.may_share
        return may_rescue and self.state.is_live and not self.is_stable

    @property
    def may_change_end(self) -> bool:
        """Shorten it may whoever may change it."""
        return self.may_change and self.is_stable and (self.may_share or self.state.is_live)

    @property
    def may_duplicate(self) -> bool:
        return self._may_add and self.may_share and self.link.bucket is not None

    @property
    def may_revoke(self) -> bool:
        return self.may_change and self.state.is_live

    @cached_property
    def may_share(self) -> bool:
        return may_share_again(self.link, self._scope)

    @property
    def revives(self) -> bool:
        """Whether what its page of the end offers makes it work again."""
        return not self.state.is_open and self.may_share

    @property
    def whom_to_ask(self) -> str:
        """Of who was let share it once and is no longer: whom to ask."""
        return sharing.askable(self._scope.askable)

    @cached_property
    def acts(self) -> list[LogEntry]:
        return list(list_acts([self.link.pk])[: ACTS + 1])

    @property
    def latest_acts(self) -> list[LogEntry]:
        return self.acts[:ACTS]

    @cached_property
    def _scope(self) -> ShareScope:
        return find_scope(self.user) if is_account(self.user) else ShareScope()

    @property
    def _may_add(self) -> bool:
        return isinstance(self.user, PermissionsMixin) and self.user.has_perm("links.add_sharelink")

    @property
    def is_stable(self) -> bool:
        return self.link.delivery == Delivery.STABLE

    @property
    def title(self) -> str:
        return self.link.name_for_staff

    @cached_property
    def took_over_from(self) -> ShareLink | None:
        """The link that was rescued by this one."""
        return self.link.rescued.first() if self.is_stable else None

    @cached_property
    def time_request(self) -> TimeRequest | None:
        """The customer's question that nobody has answered yet."""
        return self.link.time_requests.open().first() if self.is_stable else None

    @property
    def question(self) -> str:
        return name_question(self.link, self.now)

    @property
    def grant(self) -> str:
        return name_grant(self.link, self.now)

    @property
    def facts(self) -> list[tuple[str, object]]:
        """What is not known, and was not asked for, is left out."""
        link = self.link
        # Who reads reminders and what customers ask, where it is not the owner; of other links there are none.
        reader = name_reader(find_reader(link.owner)) if self.is_stable else ""
        maker = find_makers([link.pk]).get(link.pk)
        facts = [
            *self._list_terms(Section.FOR_WHOM),
            (gettext("Owner"), name_person(link.owner) if link.owner else NOTHING),
            (gettext("Messages go to"), reader or NOTHING),
            (gettext("Made by"), name_person(maker) if maker else NOTHING),
            (gettext("Made at"), write_moment(link.created_at)),
            (gettext("Object"), link.object_key or NOTHING),
            (gettext("Bucket"), link.bucket or NOTHING),
            *self._list_terms(Section.FILE),
            (gettext("Size"), NOTHING if link.size is None else write_size(link.size)),
            (gettext("Delivery"), labels.in_full(Delivery(link.delivery))),
            (gettext("Signed by"), link.access_key_id or NOTHING),
            (gettext("Store"), link.host or NOTHING),
            (gettext("Signature expires at"), write_moment(link.signature_ends_at)),
            (gettext("Requested lifetime"), lifetimes.entered(link.lifetime) or NOTHING),
            (gettext("Revoked at"), write_moment(link.revoked_at)),
            (gettext("Last validated"), show_age(link.validated_at, self.now)),
            (gettext("Last seen to work"), show_age(link.worked_at, self.now)),
            *list_unchecked(link.host),
            *self._list_terms(Section.STAFF),
        ]
        return [(name, value) for name, value in facts if value != NOTHING]

    @property
    def terms(self) -> list[tuple[str, object]]:
        """Under which terms customers get the file, and what its owner is told; without what was not asked for."""
        visited = (gettext("Last download"), show_age(self.link.visited_at, self.now))
        access = [*self._list_terms(Section.ACCESS), visited] if self.is_stable else []
        return [(name, value) for name, value in [*access, *self._list_terms(Section.OWNER)] if value != NOTHING]

    def _list_terms(self, section: Section) -> list[tuple[str, object]]:
        """Those that this page puts into words of its own first, in its order."""
        listed = {term.name for term in TERMS if term.section is section and (self.is_stable or not term.needs_stable)}
        ordered = [*_DESCRIBE, *(term.name for term in TERMS if term.name not in _DESCRIBE)]
        return [(str(LABELS[name]), self._describe_term(name)) for name in ordered if name in listed - _SAID_ELSEWHERE]

    def _describe_term(self, name: str) -> object:
        return _DESCRIBE[name](self.link) if name in _DESCRIBE else describe(getattr(self.link, name)) or NOTHING

    @cached_property
    def incidents(self) -> list[Incident]:
        return list(Incident.objects.open().filter(incident_links__link=self.link, incident_links__over_at=None)[:10])

    @cached_property
    def validations(self) -> list[Mapping[str, object]]:
        return [_describe_validation(validation) for validation in self.link.validations.all()[:VALIDATIONS]]

    @cached_property
    def visits(self) -> list[tuple[Visit, badges.Badge]]:
        return [(visit, badges.of_visit(visit.outcome)) for visit in self.link.visits.all()[:VISITS]]

    @cached_property
    def visits_chart(self) -> Chart:
        return chart_visits(self.link, self.now)


def _describe_address(link: ShareLink) -> str:
    """Of its own, which is no secret; the token stands on no page but the one that hands it over."""
    if not link.slug:
        return gettext("Random (cannot be guessed)")
    address = f"/f/{link.slug}"
    return gettext("%(address)s (public)") % {"address": address} if link.is_public else address


def _describe_downloads(link: ShareLink) -> str:
    used, limit = link.visit_count, link.download_limit
    if limit is None:
        return gettext("%(used)s, without a limit") % {"used": used}
    text = gettext("%(used)s of %(limit)s: used up") if link.is_used_up else gettext("%(used)s of %(limit)s")
    return text % {"used": used, "limit": limit}


def _describe_reminder(link: ShareLink) -> str:
    days = link.remind_days
    if days is None:
        return NOTHING
    text = ngettext("%(count)s day before", "%(count)s days before", days) % {"count": days}
    return format_html("{} · {}", text, write_moment(link.remind_at)) if link.remind_at else text


# In this order.
_DESCRIBE: Mapping[str, Callable[[ShareLink], object]] = {
    "slug": _describe_address,
    "password": lambda link: describe(bool(link.password)),
    "starts_at": lambda link: write_moment(link.starts_at),
    "download_limit": _describe_downloads,
    "remind_days": _describe_reminder,
}
# The page's heading, a part of the address, and what is said only where it can be chosen.
_SAID_ELSEWHERE = frozenset({"title", "is_public", "follows_latest"})


def _describe_validation(validation: Validation) -> Mapping[str, object]:
    return {
        "row": validation,
        "badge": badges.of_verdict(validation.verdict),
        "titles": [view.title for view in build_stored_views(validation.findings)],
    }
