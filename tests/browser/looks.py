"""How a reader's browser is set up."""

from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True, slots=True)
class Look:
    """One reader's screen, colours, language and zone."""

    name: str
    width: int = 1280
    height: int = 800
    dark: bool = False
    language: str = "en-GB"
    zone: str = "Europe/Berlin"
    scripts: bool = True

    @property
    def context(self) -> dict[str, Any]:
        """What Playwright's `new_context` takes."""
        return {
            "viewport": {"width": self.width, "height": self.height},
            "color_scheme": "dark" if self.dark else "light",
            "locale": self.language,
            "timezone_id": self.zone,
            "java_script_enabled": self.scripts,
            "reduced_motion": "reduce",
        }


DESKTOP = Look("desktop")
PHONE = Look("phone", 360, 740, dark=True, language="ja-JP", zone="Asia/Tokyo")
PLAIN = Look("without scripts", scripts=False)
LOOKS = pytest.mark.parametrize("look", [DESKTOP, PHONE], ids=lambda look: look.name)
"""Each page is looked at by both."""
