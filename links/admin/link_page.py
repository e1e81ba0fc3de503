"""What a link's page shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.template.defaultfilters import filesizeformat
from django.utils.functional import cached_property
from django.utils.translation import gettext

from links.admin import badges
from links.admin.charts import Chart
from links.admin.columns import NOTHING, show_age, show_moment
from links.admin.link_states import LinkState, read_state
from links.admin.told import Told, read_stored, tell_promise, tell_stored
from links.admin.visits import chart_visits
from links.domain.facts import Delivery
from links.models import Incident, ShareLink, TimeRequest, Validation, Visit
from links.words import promises, states

VALIDATIONS = 50
VISITS = 20


@dataclass(frozen=True)
class LinkPage:
    """One link, ready to be read. Holds no URL and no token."""

    link: ShareLink
    now: datetime
    may_change: bool

    @cached_property
    def state(self) -> LinkState:
        return read_state(self.link, self.now)

    @property
    def badge(self) -> badges.Badge:
        return badges.of_link(self.state)

    @property
    def promise(self) -> str:
        return tell_promise(self.link)

    @property
    def outlook(self) -> str:
        """The real end against the promised one; empty while nothing is known to end it early."""
        return promises.outlook(self.link.promised_until, read_stored(self.link.findings)) if self.state.is_live else ""

    @property
    def may_follow_latest(self) -> bool:
        return self.may_change and self.state.is_live and self.link.is_stopped

    @cached_property
    def findings(self) -> list[Told]:
        """Of the last validation; what harmed a link that is over harms nobody."""
        return tell_stored(self.link.findings) if self.state.is_live else []

    @property
    def may_extend(self) -> bool:
        return self.may_change and not self.link.is_revoked and self.link.delivery == Delivery.STABLE

    @property
    def may_validate(self) -> bool:
        return self.may_change and not self.link.is_revoked and not self.link.is_rescued

    @property
    def may_rescue(self) -> bool:
        return self.may_change and self.state.is_live and self.link.delivery != Delivery.STABLE

    @property
    def may_revoke(self) -> bool:
        return self.may_change and self.state.is_live

    @property
    def facts(self) -> list[tuple[str, object]]:
        link = self.link
        delivery = Delivery(link.delivery)
        return [
            (gettext("Object"), link.object_key or NOTHING),
            (gettext("Bucket"), link.bucket or NOTHING),
            (gettext("Delivery"), states.in_full(delivery)),
            (gettext("Saved as"), link.filename or NOTHING),
            (gettext("Size"), NOTHING if link.size is None else filesizeformat(link.size)),
            (gettext("Signed by"), link.access_key_id or NOTHING),
            (gettext("Store"), link.host or NOTHING),
            (gettext("Signature ends at"), show_moment(link.signature_ends_at)),
            (gettext("Lifetime asked for"), link.lifetime or NOTHING),
            (gettext("Made at"), show_moment(link.created_at)),
            (gettext("Made by"), link.owner or NOTHING),
            (gettext("Revoked at"), show_moment(link.revoked_at)),
            (gettext("Last validated"), show_age(link.validated_at, self.now)),
            (gettext("Visits"), link.visit_count),
        ]

    @cached_property
    def incidents(self) -> list[Incident]:
        return list(Incident.objects.open().filter(harms__link=self.link, harms__over_at=None)[:10])

    @cached_property
    def validations(self) -> list[Mapping[str, object]]:
        return [_tell_validation(validation) for validation in self.link.validations.all()[:VALIDATIONS]]

    @cached_property
    def visits(self) -> list[tuple[Visit, badges.Badge]]:
        return [(visit, badges.of_visit(visit.outcome)) for visit in self.link.visits.all()[:VISITS]]

    @cached_property
    def time_request(self) -> TimeRequest | None:
        """The customer's question that nobody has answered yet."""
        return self.link.time_requests.open().first()

    @cached_property
    def visits_chart(self) -> Chart:
        return chart_visits(self.link, self.now)


def _tell_validation(validation: Validation) -> Mapping[str, object]:
    return {
        "row": validation,
        "badge": badges.of_verdict(validation.verdict),
        "titles": [told.title for told in tell_stored(validation.findings)],
    }
