from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from links.domain.rotations import Ending, Plan
from links.management.base import HoldfastCommand, read_secret, unusable
from links.management.reports import Report, stamp
from links.models import SigningKey
from links.services.keys import rotation
from links.services.keys.rotation import Rotated
from links.texts import labels
from links.texts.pages import rotations
from links.texts.times import moment


class Command(HoldfastCommand):
    help = (
        "Replace a signing key by a new access key, which takes over its label and its buckets. Without --yes it only "
        "says what that would do. With it, the new secret is read from standard input, one line; at a terminal it is "
        "asked for. The new key is verified and tried on every bucket first; if anything is wrong, nothing is changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("label", metavar="LABEL", help="Of the key that is to be replaced.")
        parser.add_argument("--access-key-id", required=True, metavar="ID", help="Of the new key.")
        parser.add_argument("--yes", action="store_true", help="Do it.")

    def answer(self, options: dict[str, Any]) -> Report:
        key, now = _find_key(options["label"]), timezone.now()
        if not options["yes"]:
            rotation.check_successor(key, options["access_key_id"])
            return _report_plan(key, rotation.plan_rotation(key, now))
        secret = read_secret("Secret access key of the new key: ")
        return _report_rotated(rotation.rotate_key(key, options["access_key_id"], secret, now=now))


def _find_key(label: str) -> SigningKey:
    key = SigningKey.objects.filter(label=label).first()
    if key is None:
        raise unusable(f"There is no signing key {label!r} here.")
    return key


def _report_plan(key: SigningKey, plan: Plan) -> Report:
    buckets = ", ".join(plan.buckets) or "none"
    lines = [
        f"Rotating {key.label}, {key.access_key_id}, which signs for: {buckets}.",
        *_list_consequences(plan),
        *filter(None, [rotations.explain_last_end(plan)]),
        "Nothing was changed. Add --yes to do it.",
    ]
    data = {"rotated": False, "label": key.label, "access_key_id": key.access_key_id, **_to_json(plan)}
    return Report(data, lines)


def _report_rotated(rotated: Rotated) -> Report:
    old, new = rotated.old, rotated.new
    data = {
        "rotated": True,
        "label": new.label,
        "access_key_id": new.access_key_id,
        "state": new.state,
        **_to_json(rotated.plan),
        "unread_buckets": list(rotated.unread),
        "old_key": {
            "label": old.label,
            "access_key_id": old.access_key_id,
            "harmless_from": stamp(rotated.harmless_from),
        },
    }
    lines = [
        f"{new.label} now uses {new.access_key_id}. All its links are being checked.",
        *filter(None, [rotations.explain_unread(rotated.unread)]),
        *_list_consequences(rotated.plan),
        rotations.explain_deletion(old.access_key_id, rotated.harmless_from, timezone.now()),
    ]
    return Report(data, lines)


def _list_consequences(plan: Plan) -> list[str]:
    more = [f"  and {plan.unshown_count} more"] if plan.unshown_count else []
    return [*rotations.list_consequences(plan), *(_to_line(ending) for ending in plan.endings), *more]


def _to_line(ending: Ending) -> str:
    return f"  link {ending.link}, {labels.label(ending.delivery)}, {ending.about}: ends {moment(ending.ends_at)}"


def _to_json(plan: Plan) -> dict[str, object]:
    return {
        "buckets": list(plan.buckets),
        "stable_links": plan.stable_count,
        "presigned_links": plan.presigned_count,
        "foreign_links": plan.foreign_count,
        "last_ends_at": stamp(plan.last_ends_at),
        "endings": [
            {"id": ending.link, "delivery": ending.delivery.value, "ends_at": stamp(ending.ends_at)}
            for ending in plan.endings
        ],
    }
