"""Who asks, as far as a request tells."""

from django.conf import settings
from django.http import HttpRequest


def find_address(request: HttpRequest) -> str:
    """The client's address: with `TRUSTED_PROXIES` proxies in front, what the outermost of them wrote.

    Each proxy appends whom it heard, so we count from the right: anything further left is the client's own claim.
    A request that came past one of the proxies is known by its connection alone.
    """
    claimed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    proxies = settings.TRUSTED_PROXIES
    if proxies and len(claimed) >= proxies:
        return claimed[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
