from typing import Any

from django.core.management.base import CommandParser

from links.domain.findings import Code
from links.management.base import HoldfastCommand
from links.management.reports import Report, stamp
from links.models import Incident, IncidentNotice
from links.texts.pages import findings
from links.texts.times import moment


class Command(HoldfastCommand):
    help = "List incidents, the newest first, with the alerts about them. The exit code is 0, however many there are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--open", action="store_true", help="Only those that are not resolved.")

    def answer(self, options: dict[str, Any]) -> Report:
        incidents = Incident.objects.prefetch_related("notices")
        chosen = list(incidents.open() if options["open"] else incidents)
        lines = [_to_line(incident) for incident in chosen]
        return Report([_to_json(incident) for incident in chosen], lines or ["No incidents."])


def _to_json(incident: Incident) -> dict[str, object]:
    return {
        "id": incident.pk,
        "code": incident.code,
        "subject": incident.subject,
        "opened_at": stamp(incident.opened_at),
        "resolved_at": stamp(incident.resolved_at),
        "link_count": incident.link_count,
        "notices": [_notice_to_json(notice) for notice in incident.notices.all()],
    }


def _notice_to_json(notice: IncidentNotice) -> dict[str, object]:
    return {
        "kind": notice.kind,
        "channel": notice.channel,
        "delivered_at": stamp(notice.delivered_at),
        "attempts": notice.attempts,
        "given_up_at": stamp(notice.given_up_at),
    }


def _to_line(incident: Incident) -> str:
    since = f"since {moment(incident.opened_at)}"
    until = f"resolved {moment(incident.resolved_at)}" if incident.resolved_at else "open"
    delivered = sum(notice.delivered_at is not None for notice in incident.notices.all())
    links = "1 link" if incident.link_count == 1 else f"{incident.link_count} links"
    notices = "1 notice" if delivered == 1 else f"{delivered} notices"
    title = findings.title(Code(incident.code))
    return f"#{incident.pk} {title}: {incident.subject}, {links}, {since}, {until}, {notices} delivered"
