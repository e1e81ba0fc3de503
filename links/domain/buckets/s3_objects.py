"""What a store says of one object or one bucket, as values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from links.domain.findings import Code
from links.domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """One object, looked up. `exists` is None where the store did not let us know; `reason` says why, or why not.

    Times are aware UTC. `region` is the bucket's own, told where it is another than we asked.
    `recoverable` tells that a delete marker hides older versions.
    """

    exists: bool | None
    reason: Code | None = None
    size: int | None = None
    etag: str = ""
    version_id: str = ""
    content_type: str = ""
    storage_class: str = ""
    last_modified: datetime | None = None
    expires_at: datetime | None = None
    expiry_rule: str = ""
    restored_until: datetime | None = None
    region: str = ""
    recoverable: bool = False


@dataclass(frozen=True, slots=True)
class ListedObject:
    """One object in a listing; `size` in bytes."""

    key: str
    size: int
    last_modified: datetime | None = None
    storage_class: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing: the folders (with their slash) and objects below a prefix, and how to go on."""

    folders: tuple[str, ...] = ()
    objects: tuple[ListedObject, ...] = ()
    next_token: str = ""


class Step(StrEnum):
    SIGN = "sign"
    LIST = "list"
    READ = "read"


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step of testing a bucket. `ok` is None where it could not be told, or is not needed.

    `refusal` is the reason of an error of ours, `reason` a finding, `object_key` what was read.
    `host` was asked; `status` and `code` are its own answer, None and "" where none came. `is_hidden` tells that
    something was read whose name the reader may not know.
    """

    step: Step
    ok: bool | None
    reason: Code | None = None
    refusal: Reason | None = None
    region: str = ""
    object_key: str = ""
    host: str = ""
    status: int | None = None
    code: str = ""
    is_hidden: bool = False


def find_works(steps: Iterable[StepResult]) -> bool | None:
    """Whether customers would get files, as far as was tried: one was read. None where that could not be seen."""
    tried = list(steps)
    if any(step.ok is False for step in tried):
        return False
    return True if any(step.step is Step.READ and step.ok for step in tried) else None
