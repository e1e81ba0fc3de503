"""What a command has to say, and the pieces that several of them say alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from links.domain.findings import Finding, Verdict
from links.domain.judging.facts import Delivery
from links.domain.link_mails import LinkReader
from links.domain.link_state import LinkState
from links.domain.stores.answers import Answer
from links.models import ShareLink
from links.services.links.creation import NewLink
from links.services.mail.link_mails import find_reader
from links.texts.formatting import shown_by_command
from links.texts.pages import findings
from links.texts.pages.promises import summary

WELL: frozenset[str] = frozenset({LinkState.HEALTHY, LinkState.ENDED, LinkState.USED_UP})


@dataclass(frozen=True, slots=True)
class Report:
    """`data` is what `--json` prints and `lines` what people read; both may hold a link that was just made."""

    data: object = field(repr=False)
    lines: Sequence[str] = field(repr=False)
    exit_code: int = 0


def choose_exit_code(states: Iterable[Verdict | LinkState]) -> int:
    """The exit code: 0 where all is healthy, or over as promised."""
    return 0 if WELL.issuperset(states) else 1


def stamp(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, as in 2026-12-24T09:00:00Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


@shown_by_command()
def finding_to_json(finding: Finding) -> dict[str, str | bool | None]:
    return {
        "code": finding.code.value,
        "certain": finding.is_certain,
        "sentence": findings.sentence(finding),
        "cure": findings.cure(finding),
        "fails_at": stamp(finding.fails_at),
    }


def answer_to_json(answer: Answer | None) -> dict[str, str | int | None] | None:
    """What a store answered, as it came, shortened and without secrets; None where nobody was asked."""
    if answer is None:
        return None
    return {
        "status": answer.status,
        "code": answer.code or answer.label or None,
        "message": answer.message or None,
        "written_in": answer.form.value,
        "trouble": answer.trouble.value if answer.trouble else None,
    }


@shown_by_command()
def finding_to_lines(finding: Finding) -> list[str]:
    answered = findings.reply(finding)
    unsure = "" if finding.is_certain else " (not certain)"
    return [
        f"  {finding.code}{unsure}: {findings.sentence(finding)}",
        f"    What to do: {findings.cure(finding)}",
        *([f"    {answered}"] if answered else []),
    ]


def report_new_link(new_link: NewLink) -> Report:
    """A link that was just made, with its URL: the one who asked for it may see it once."""
    link = new_link.link
    promise = summary(new_link.promise, Delivery(link.delivery))
    data = {
        "id": link.pk,
        "url": new_link.url,
        "delivery": link.delivery,
        "promised_until": stamp(link.promised_until),
        "promise": promise,
    }
    return Report(data, [new_link.url, promise, f"This is link {link.pk}.", *_explain_reader(link)])


def _explain_reader(link: ShareLink) -> list[str]:
    """Where no mail would reach its owner: who reads reminders and what customers ask."""
    match find_reader(link.owner):
        case LinkReader.OWNER:
            return []
        case LinkReader.SITE:
            return ["Reminders and customers' requests go to the alert addresses: it has no owner with a mail address."]
        case LinkReader.NOBODY:
            text = "Nobody is told of customers' requests: it has no owner with a mail address, and neither ALERT_MAILS"
            return [f"{text} nor ALERT_URLS is set. Name an owner with --owner."]
