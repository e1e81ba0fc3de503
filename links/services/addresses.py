"""How much of somebody's address is kept."""

from links.conf import site
from links.lib.network import shorten


def keep_address(address: str) -> str:
    """As much of it as `VISIT_ADDRESSES` lets us keep."""
    match site.VISIT_ADDRESSES:
        case "full":
            return address[:60]
        case "none":
            return ""
        case _:
            return shorten(address)
