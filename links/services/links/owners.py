"""Whose links are: who may own any, and links that become a colleague's."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import QuerySet, prefetch_related_objects

from links.domain.audit.acts import Act
from links.domain.errors import Refused
from links.domain.reasons import Reason
from links.models import ShareLink
from links.models.people.accounts import list_able, name_field, where_named
from links.services.audit.link_values import read_owner
from links.services.audit.recording import gather, record
from links.services.links.sharing import find_scope_of, refuse_share
from links.services.webhooks import events
from links.texts.people import name_account, name_person


def list_colleagues() -> QuerySet[User]:
    """Who may own links: active staff who may make them."""
    return list_able("links.add_sharelink").order_by(name_field())


def find_colleague(username: str) -> User:
    """Raises `Refused("colleague-unfit")` where nobody of this name may own links."""
    colleague = list_colleagues().filter(**where_named(username)).first()
    if colleague is None:
        raise Refused(Reason.COLLEAGUE_UNFIT, colleague=username)
    return colleague


def list_making_roles() -> QuerySet[Group]:
    """The roles whose people may make links."""
    makes = {"permissions__content_type__app_label": "links", "permissions__codename": "add_sharelink"}
    return Group.objects.filter(**makes).order_by("name")


def may_own(person: User) -> bool:
    return list_colleagues().filter(pk=person.pk).exists()


def change_owner(link: ShareLink, colleague: User, now: datetime) -> None:
    """From now on the link is this colleague's. Raises what `change_owners` refuses."""
    refused = change_owners([link], colleague, now)
    link.refresh_from_db()
    if link.pk in refused:
        raise refused[link.pk]


def change_owners(links: Sequence[ShareLink], colleague: User, now: datetime) -> dict[int, Refused]:
    """Hand these over at once, but those that are refused, by id: `owned-already`, and `share-not-permitted` where
    the colleague may not share the object. Raises `Refused("colleague-unfit")`."""
    if not may_own(colleague):
        raise Refused(Reason.COLLEAGUE_UNFIT, colleague=name_person(colleague))
    scope, already = find_scope_of(colleague), Refused(Reason.OWNED_ALREADY, colleague=name_person(colleague))
    not_shareable = {
        link.pk: refuse_share(scope, link.bucket.name, link.object_key)
        for link in links
        if link.bucket is not None and not scope.may_share(link.bucket.pk, link.object_key)
    }
    ids = [link.pk for link in links if link.pk not in not_shareable]
    prefetch_related_objects(links, "owner")
    with transaction.atomic():
        others = ShareLink.objects.filter(pk__in=ids).exclude(owner=colleague)
        handed = set(others.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        ShareLink.objects.filter(pk__in=handed).update(owner=colleague)
        events.tell_changed(handed, ["owner"], now)
        with gather():
            for link in (link for link in links if link.pk in handed):
                new = {"owner": name_account(colleague)}
                record(Act.LINK_OWNER_CHANGED, link, before=read_owner(link), after=new)
    return not_shareable | {pk: already for pk in ids if pk not in handed}
