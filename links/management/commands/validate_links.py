from argparse import ArgumentTypeError
from collections.abc import Sequence
from time import sleep
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from links.domain.findings import Verdict
from links.domain.judging.verdicts import Judgement
from links.management.base import HoldfastCommand, unusable
from links.management.reports import Report, choose_exit_code, finding_to_json, finding_to_lines
from links.models import ShareLink
from links.queries.link_state import read_state, where_not_withdrawn
from links.services.validation import batches

# Seconds to wait for a worker that is validating the same links at this moment.
_PAUSES = (0, 0.5, 1, 2, 4)

_LARGEST_ID = 2**63 - 1  # what a column of ids can hold

Verdicts = dict[int, Judgement]


class Command(HoldfastCommand):
    help = (
        "Validate links now, by a request to their store as a customer's program would send it, and save what was "
        "found: of the links that are due, unless ids or --all are given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ids", nargs="*", type=_read_id, metavar="ID", help="Links, due or not.")
        parser.add_argument("--all", action="store_true", help="Every link that was neither revoked nor replaced.")

    def answer(self, options: dict[str, Any]) -> Report:
        if options["all"] and options["ids"]:
            raise unusable("Give ids, or --all, but not both.")
        left_out = _find_over(options["ids"])
        judgements = self._validate(options)
        data: list[dict[str, object]] = [
            {
                "id": link_id,
                "verdict": judgement.verdict.value,
                "findings": [finding_to_json(finding) for finding in judgement.findings],
            }
            for link_id, judgement in judgements.items()
        ]
        lines = [line for link_id, judgement in judgements.items() for line in _to_lines(link_id, judgement)]
        data += [{"id": link_id, "verdict": None, "findings": [], "left_out": why} for link_id, why in left_out.items()]
        lines += [
            f"Link {link_id}: left out, it was {why} and is validated no more" for link_id, why in left_out.items()
        ]
        exit_code = 1 if left_out else choose_exit_code(judgement.verdict for judgement in judgements.values())
        return Report(data, lines or ["No link was to be validated."], exit_code)

    def _validate(self, options: dict[str, Any]) -> Verdicts:
        if options["all"]:
            return _validate_now(list(ShareLink.objects.filter(where_not_withdrawn()).values_list("pk", flat=True)))
        if options["ids"]:
            return _validate_now(_check_ids(options["ids"]))
        found: Verdicts = {}
        while judged := batches.validate_due_links(timezone.now):
            found |= {one.link.pk: one.judgement for one in judged}
        return found


def _read_id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= _LARGEST_ID):
        raise ArgumentTypeError(f"{text[:40]!r} is no id of a link")
    return int(text)


def _check_ids(ids: Sequence[int]) -> list[int]:
    wanted = list(dict.fromkeys(ids))
    chosen = ShareLink.objects.filter(pk__in=wanted)
    found = set(chosen.values_list("pk", flat=True))
    if unknown := [str(link_id) for link_id in wanted if link_id not in found]:
        raise unusable(f"There is no link {', '.join(unknown)}.")
    lasting = set(chosen.filter(where_not_withdrawn()).values_list("pk", flat=True))
    return [link_id for link_id in wanted if link_id in lasting]


def _find_over(ids: Sequence[int]) -> dict[int, str]:
    """Those that nobody relies on any more, and why."""
    over = ShareLink.objects.filter(pk__in=ids).exclude(where_not_withdrawn())
    return {link.pk: read_state(link, timezone.now()).value for link in over.order_by("pk")}


def _validate_now(ids: Sequence[int]) -> Verdicts:
    """Every one of them, in this order; `unknown` where a worker holds it for longer than one may wait."""
    found: Verdicts = {}
    for pause in _PAUSES:
        missing = [link_id for link_id in ids if link_id not in found]
        if not missing:
            break
        sleep(pause)
        found |= {one.link.pk: one.judgement for one in batches.validate_links(missing, timezone.now)}
    return {link_id: found.get(link_id, Judgement(Verdict.UNKNOWN)) for link_id in ids}


def _to_lines(link_id: int, judgement: Judgement) -> list[str]:
    busy = judgement.verdict is Verdict.UNKNOWN and not judgement.findings
    reason = ": a worker is validating it at this moment, try again in some minutes" if busy else ""
    lines = [f"Link {link_id}: {judgement.verdict.value.replace('_', ' ')}{reason}"]
    return [*lines, *(line for finding in judgement.findings for line in finding_to_lines(finding))]
