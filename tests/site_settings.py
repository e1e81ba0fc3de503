"""The settings of ours, as a test sets them."""

from typing import Any

from pytest_django import Settings

from links.conf import NAME, NAMES, find_said, site


class SiteSettings:
    """`site_settings.BASE_URL = "https://example.com"` holds until the end of the test, as with `settings`."""

    def __init__(self, settings: Settings) -> None:
        object.__setattr__(self, "_settings", settings)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  of which type depends on the name
        return getattr(site, name)

    def __setattr__(self, name: str, value: object) -> None:
        if name not in NAMES:
            raise AttributeError(f"{name} is no setting of ours: see links/conf.")
        setattr(self._settings, NAME, {**find_said(), name: value})
