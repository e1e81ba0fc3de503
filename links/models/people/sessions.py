"""Sessions of staff. A row keeps the SHA-256 of the session's key, which the browser's cookie holds: whoever reads the
table, or a dump of it, is not signed in. Keys are random enough (165 bits) for a plain hash.

`SESSION_COOKIE_AGE` seconds after it began, or `SESSION_IDLE_SECONDS` after it was last used, a session is over. Both
are told by the row, whatever the cookie says. Whose it is, and where it began, is told to its owner alone.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from links.conf import site
from links.domain.signed_urls.tokens import digest

TOUCH_EVERY = timedelta(minutes=1)  # a page view in between writes nothing


# In a session's data: where its owner signed in (shortened, as `VISIT_ADDRESSES` says), and with which browser.
ADDRESS = "signed-in-address"
BROWSER = "signed-in-browser"


class SessionQuerySet(models.QuerySet["Session"]):
    def live(self) -> Self:
        return self.filter(ends_at__gt=timezone.now())

    def with_key(self, key: str | None) -> Self:
        return self.filter(key_hash=digest(key)) if key else self.none()


class Session(models.Model):
    key_hash = models.BinaryField(max_length=32)
    data = models.TextField()
    began_at = models.DateTimeField(_("signed in"))
    ends_at = models.DateTimeField(db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    address = models.CharField(_("network"), max_length=60, blank=True)
    browser = models.CharField(_("browser"), max_length=80, blank=True)

    objects = models.Manager.from_queryset(SessionQuerySet)()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [models.UniqueConstraint(fields=["key_hash"], name="session_key_once")]

    def __str__(self) -> str:
        return f"#{self.pk} until {self.ends_at:%Y-%m-%d %H:%M:%S}"

    @property
    def last_used_at(self) -> datetime:
        """To the minute, and not later than told: one that ends with the day is not prolonged any more."""
        return self.ends_at - timedelta(seconds=site.SESSION_IDLE_SECONDS)


class SessionStore(SessionBase):
    """What `SESSION_ENGINE` names. Django's own store of rows keeps keys in clear, in its asynchronous methods too;
    those of the base class lead to the ones below."""

    @property
    def key_salt(self) -> str:
        """The data are signed for this one session: copied into another's row they are worth nothing."""
        return f"links.sessions:{digest(self.session_key or '').hex()}"

    def load(self) -> dict[str, Any]:
        now = timezone.now()
        row = _find(self.session_key).filter(ends_at__gt=now).first()
        if row is None:
            self._session_key = None
            return {}
        ends_at = _find_end(row.began_at, now)
        if ends_at - row.ends_at >= TOUCH_EVERY:
            # Not with the data, which another request of this browser may be changing.
            _find(self.session_key).filter(ends_at__gt=now).update(ends_at=ends_at)
        return self.decode(row.data)

    def exists(self, session_key: str | None) -> bool:
        return _find(session_key).exists()

    def create(self) -> None:
        """Begins anew, also for `cycle_key`: whoever signs in, or proves their password, has a whole session before
        them."""
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]  # as below
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def change_key(self) -> None:
        """The same session, no younger by it. The key of before is worth nothing; one that was ended meanwhile stays
        so."""
        if self.session_key is None:  # it is new, and gets one when it is stored
            return
        held, row = self._get_session(), _find(self.session_key)  # type: ignore[attr-defined]  # as below
        self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]  # as below
        row.update(key_hash=digest(self._session_key), data=self.encode(held))
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        """Raises `UpdateError` where the session was ended meanwhile, as by a sign-out."""
        if self.session_key is None:
            self.create()
            return
        now, held = timezone.now(), self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # the stubs lack it
        written = {"data": self.encode(held), **_describe(held)}
        if not must_create:
            if not _find(self.session_key).filter(ends_at__gt=now).update(**written):
                raise UpdateError
            return
        row = Session(key_hash=digest(self.session_key), began_at=now, ends_at=_find_end(now, now), **written)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            raise CreateError from None

    def delete(self, session_key: str | None = None) -> None:
        _find(session_key or self.session_key).delete()

    @classmethod
    def clear_expired(cls) -> None:
        Session.objects.filter(ends_at__lte=timezone.now()).delete()


def _find(session_key: str | None) -> SessionQuerySet:
    return Session.objects.with_key(session_key)


def _describe(held: Mapping[str, Any]) -> dict[str, Any]:
    """What its owner reads of a session."""
    return {"user_id": held.get(SESSION_KEY), "address": held.get(ADDRESS, ""), "browser": held.get(BROWSER, "")}


def _find_end(began_at: datetime, now: datetime) -> datetime:
    longest = began_at + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return min(longest, now + timedelta(seconds=site.SESSION_IDLE_SECONDS))
