"""What the wheel needs is what requirements.in names: hatchling, which builds it, asks here."""

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class RequirementsIn(MetadataHookInterface):
    """Named in pyproject.toml, under `tool.hatch.metadata.hooks.custom`."""

    def update(self, metadata: dict[str, Any]) -> None:
        metadata["dependencies"] = read_requirements(Path(self.root, "requirements.in").read_text(encoding="utf-8"))


def read_requirements(text: str) -> list[str]:
    """Each line's requirement, without its comment."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]
