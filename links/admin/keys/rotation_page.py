"""What the page of a key's rotation shows: before it what it would do, after it what is left to do."""

from dataclasses import dataclass
from datetime import datetime

from links.domain.rotations import Ending, Plan
from links.models import SigningKey
from links.services.keys.rotation import plan_rotation
from links.texts import labels
from links.texts.pages import rotations


@dataclass(frozen=True, slots=True)
class RotationPage:
    plan: Plan
    consequences: list[str]
    deletion: str
    endings: list[tuple[Ending, str]]


def build_rotation_page(key: SigningKey, now: datetime) -> RotationPage:
    plan = plan_rotation(key, now)
    endings = [(ending, labels.label(ending.delivery)) for ending in plan.endings]
    if key.replaced_at is None:
        return RotationPage(plan, rotations.list_consequences(plan), rotations.explain_last_end(plan), endings)
    advice = rotations.explain_deletion(key.access_key_id, plan.harmless_from(key.replaced_at), now)
    return RotationPage(plan, [], advice, endings)
