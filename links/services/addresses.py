"""How much of somebody's address is kept."""

from django.conf import settings

from links.lib.network import shorten


def keep_address(address: str) -> str:
    """As much of it as `VISIT_ADDRESSES` lets us keep."""
    match settings.VISIT_ADDRESSES:
        case "full":
            return address[:60]
        case "none":
            return ""
        case _:
            return shorten(address)
