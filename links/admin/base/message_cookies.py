"""Messages that the next page shows, kept in a cookie of this host alone."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class HostCookieStorage(CookieStorage):
    """Django's has one name, which any host of the same domain can set."""

    @property
    def cookie_name(self) -> str:  # type: ignore[override]  # Django's is the same for every site
        return "__Host-messages" if settings.SESSION_COOKIE_SECURE else "messages"


class MessageStorage(FallbackStorage):
    """In the session where they are too long for a cookie, as Django's."""

    storage_classes = (HostCookieStorage, SessionStorage)
