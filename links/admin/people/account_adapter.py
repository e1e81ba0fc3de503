"""What allauth may do here: nothing but single sign-on. The admin's own page is the door, and the people who run the
site make its accounts."""

from typing import NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: object) -> NoReturn:
        """A password is tried on our page alone, where tries are counted."""
        raise PermissionDenied

    def reauthenticate(self, user: object, password: str) -> NoReturn:
        raise PermissionDenied

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> NoReturn:
        """Every mail of ours goes through the outbox."""
        raise PermissionDenied

    def get_client_ip(self, request: HttpRequest) -> str:
        """The client's own: `ProxyHeaders` has put it there."""
        return str(request.META.get("REMOTE_ADDR", ""))
