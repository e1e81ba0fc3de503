"""What a provider of single sign-on tells of a person, and which roles follow from their groups there."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

SUPERUSER = "superuser"
"""Written where a role's name would stand: nobody becomes one by any other word."""

MAX_GROUPS = 2_000
_MAX_LENGTH = 150  # characters, as in Django's accounts


@dataclass(frozen=True, slots=True)
class ProvenPerson:
    """Whom the provider at `issuer` names. `subject` is what they are known by there, and never changes.

    `email` is "" unless the provider says that it was verified. `groups` is None where it told of none at all, which
    is how most providers are before they are told to. `asked_at` is when it last had them prove who they are, in
    seconds since 1970, where it says so.
    """

    issuer: str
    subject: str
    username: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    groups: frozenset[str] | None = None
    asked_at: float | None = None


@dataclass(frozen=True, slots=True)
class MappedRights:
    """`is_superuser` is None where no group makes one: then it is not for single sign-on to say."""

    roles: frozenset[str]
    is_superuser: bool | None = None

    @property
    def are_none(self) -> bool:
        return not (self.roles or self.is_superuser)


def read_person(
    issuer: str, token: Mapping[str, object], profile: Mapping[str, object], groups_claim: str
) -> ProvenPerson:
    """Of the ID token, and what it does not say of the profile (userinfo). Both are of one `sub`.

    An address and the word that it was verified are believed from one and the same of them alone.
    """
    username = _find_text("preferred_username", token, profile)
    first, last = _find_text("given_name", token, profile), _find_text("family_name", token, profile)
    if not (first or last):
        first, _, last = _find_text("name", token, profile).partition(" ")
    verified = [source for source in (token, profile) if _is_true(source.get("email_verified"))]
    told = next(
        (groups for source in (token, profile) if (groups := find_groups(source, groups_claim)) is not None), None
    )
    return ProvenPerson(
        issuer=issuer,
        subject=str(token["sub"]),
        username=username,
        first_name=first,
        last_name=last,
        email=next((email for source in verified if (email := _find_text("email", source))), ""),
        groups=told,
        asked_at=asked_at if isinstance(asked_at := token.get("auth_time"), int | float) else None,
    )


def find_groups(claims: Mapping[str, object], name: str) -> frozenset[str] | None:
    """The groups under this name; None where it is not there. A name with dots leads inwards, as Keycloak's
    `realm_access.roles` does, where no claim has it as it stands, as Auth0's `https://example.com/groups` has.

    One text is one group. Anything that is no text is no group.
    """
    found = claims.get(name)
    if found is None and "." in name:
        outer, _, inner = name.partition(".")
        within = claims.get(outer)
        return find_groups(within, inner) if isinstance(within, Mapping) else None
    if isinstance(found, str):
        return frozenset({found})
    if isinstance(found, list):
        return frozenset(group for group in found[:MAX_GROUPS] if isinstance(group, str))
    return None


def map_groups(groups: Collection[str], mapping: Mapping[str, Collection[str]]) -> MappedRights:
    """What these groups give, each written exactly as the provider writes it."""
    given = frozenset(role for group in groups for role in mapping.get(group, ()))
    says_who_is_superuser = any(SUPERUSER in roles for roles in mapping.values())
    return MappedRights(given - {SUPERUSER}, SUPERUSER in given if says_who_is_superuser else None)


def _is_true(claim: object) -> bool:
    """Some providers write it as text."""
    return claim is True or claim == "true"


def _find_text(name: str, *sources: Mapping[str, object]) -> str:
    """The first that is there and fits into an account: one line, without control characters."""
    for source in sources:
        found = source.get(name)
        if isinstance(found, str) and found.strip() and found.isprintable():
            return found.strip()[:_MAX_LENGTH]
    return ""
