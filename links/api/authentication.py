"""Who asks: the owner of the API token in `Authorization: Bearer`. No session and no cookie counts here."""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from links.api import rate_limits
from links.domain.errors import Refused
from links.domain.people.scopes import Scope
from links.domain.reasons import Reason
from links.models import ApiToken
from links.models.people.accounts import is_account
from links.services.people import api_tokens


class BearerToken(HttpBearer):
    """Lets in whose token has this scope. From then on `request.user` is the token's owner, so that services, queries
    and rights see whom they see in the admin."""

    openapi_bearerFormat = "Holdfast API token"  # noqa: N815  ninja's name

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """None for a token that is nobody's, is over or was revoked. Raises `Refused`: token-scope-missing,
        too-many-requests; and `PermissionDenied` where the owner may do nothing of it any more."""
        address, now = str(request.META.get("REMOTE_ADDR", "")), timezone.now()
        found = api_tokens.authenticate(token, now, address)
        if found is None:
            rate_limits.count_refused(request, address, now)
            return None
        rate_limits.count_request(request, found, now)
        request.user = found.owner
        request.auth = found  # type: ignore[attr-defined]  # ninja's; a refusal from here on is recorded of this token
        if self.scope not in found.scopes:
            raise Refused(Reason.TOKEN_SCOPE_MISSING, scope=self.scope.value)
        if not api_tokens.may_use(found, self.scope):
            raise PermissionDenied
        return found


def owner_of(request: HttpRequest) -> User:
    """Whose token it is. Every operation has a `BearerToken`."""
    if not is_account(request.user):
        raise PermissionDenied
    return request.user


def token_of(request: HttpRequest) -> ApiToken:
    """As `BearerToken` found it."""
    token = getattr(request, "auth", None)
    if not isinstance(token, ApiToken):
        raise TypeError("This operation has a BearerToken")
    return token


def require(request: HttpRequest, *permissions: str) -> User:
    """The token's owner, who has one of these of our permissions, as in `change_sharelink`. Raises
    `PermissionDenied`."""
    owner = owner_of(request)
    if not any(owner.has_perm(f"links.{permission}") for permission in permissions):
        raise PermissionDenied
    return owner
