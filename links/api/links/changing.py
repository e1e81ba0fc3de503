"""Links changed: their terms, their end, their owner; revoked, revived, validated; and their URL told again."""

from django.contrib.admin.models import CHANGE
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Status
from pydantic import Field

from links.api.authentication import BearerToken, require
from links.api.bodies import Body, Text, Whole
from links.api.conditions import IF_MATCH, IF_MATCH_NEEDED, add_etag, check_match
from links.api.idempotency import idempotent
from links.api.links.reading import get_link
from links.api.links.requests import Lifetime, LinkChangesIn, change_terms
from links.api.links.routing import router
from links.api.links.schemas import LinkOut, ValidationOut, write_link, write_validation
from links.domain.people.scopes import Scope
from links.domain.promise.terms import MAX_DOWNLOADS
from links.models import ShareLink
from links.services.links import changes, owners, revealing, sharing, staff_log, transfers
from links.services.validation.on_demand import ask_for_validation
from links.texts.pages.histories import (
    MORE_DOWNLOADS,
    OWNER_CHANGED,
    REVOKED,
    URL_VIEWED,
    Kept,
    log_end,
    log_fields,
    log_message,
)
from links.texts.people import name_person

WRITES = BearerToken(Scope.LINKS_WRITE)


class EndIn(Body):
    lifetime: Lifetime


class RevivalIn(Body):
    lifetime: Lifetime = Field("", description="Empty keeps the present end, where it lies ahead.")
    more_downloads: Whole = Field(
        1, ge=1, le=MAX_DOWNLOADS, description="Beside those that were used, of a link that is used up."
    )


class TransferIn(Body):
    colleague: Text = Field(max_length=150, description="The user name of a colleague who may make links.")


class UrlOut(Body):
    url: str = Field(description="A secret: who has it may download.")


@router.patch(
    "/{int:link_id}", response=LinkOut, auth=WRITES, operation_id="change_link", openapi_extra=IF_MATCH_NEEDED
)
def change_link(request: HttpRequest, response: HttpResponse, link_id: int, body: LinkChangesIn) -> LinkOut:
    """Change the terms that are sent, and no others. `If-Match` says which version of the link was read."""
    link, owner, now = *_get_to_change(request, link_id), timezone.now()
    check_match(request, link, is_needed=True)
    changes.change_terms(link, change_terms(link, body, owner, now), sharing.find_scope(owner), now)
    return _answer(request, response, link_id, log_fields(body.model_fields_set))


@router.post("/{int:link_id}/extend", response=LinkOut, auth=WRITES, operation_id="extend_link", openapi_extra=IF_MATCH)
@idempotent
def extend_link(request: HttpRequest, response: HttpResponse, link_id: int, body: EndIn) -> LinkOut:
    """Give it another end under the same URL. “+7 days” counts from the present end; a date may also shorten it. A link
    that was revoked is revived instead."""
    link, owner, now = *_get_to_change(request, link_id), timezone.now()
    check_match(request, link)
    changes.require_unrevoked(link)
    zone, scope = timezone.get_current_timezone(), sharing.find_scope(owner)
    done = changes.change_end(link, body.lifetime, scope=scope, zone=zone, now=now)
    return _answer(request, response, link_id, log_end(done.change, done.before, done.promise.promised_until))


@router.post(
    "/{int:link_id}/revive", response=LinkOut, auth=WRITES, operation_id="revive_link", openapi_extra=IF_MATCH_NEEDED
)
@idempotent
def revive_link(request: HttpRequest, response: HttpResponse, link_id: int, body: RevivalIn) -> LinkOut:
    """Let it open again: one that was revoked, ended, or is used up. `If-Match` says that this was read."""
    link, owner, now = *_get_to_change(request, link_id), timezone.now()
    check_match(request, link, is_needed=True)
    zone, scope, was_used_up = timezone.get_current_timezone(), sharing.find_scope(owner), link.is_used_up
    lifetime, more = body.lifetime or changes.keep_end(link), body.more_downloads
    done = changes.change_end(link, lifetime, scope=scope, zone=zone, now=now, more_downloads=more)
    if was_used_up:
        staff_log.write(owner, CHANGE, [link], log_message(MORE_DOWNLOADS, count=str(more)))
    return _answer(request, response, link_id, log_end(done.change, done.before, done.promise.promised_until))


@router.post("/{int:link_id}/revoke", response=LinkOut, auth=WRITES, operation_id="revoke_link", openapi_extra=IF_MATCH)
def revoke_link(request: HttpRequest, response: HttpResponse, link_id: int) -> LinkOut:
    """End it at once. What was revoked before stays so. A presigned URL works at the store until it expires there."""
    link, _owner = _get_to_change(request, link_id)
    check_match(request, link)
    is_new = changes.revoke(link, timezone.now())
    return _answer(request, response, link_id, log_message(REVOKED) if is_new else None)


@router.post(
    "/{int:link_id}/transfer", response=LinkOut, auth=WRITES, operation_id="transfer_link", openapi_extra=IF_MATCH
)
def transfer_link(request: HttpRequest, response: HttpResponse, link_id: int, body: TransferIn) -> LinkOut:
    """Hand it to a colleague, who is written to. Who sees their own links alone does not see it any more."""
    link, owner = _get_to_change(request, link_id)
    check_match(request, link)
    colleague = owners.find_colleague(body.colleague)
    (result,) = transfers.transfer([link], colleague, owner, timezone.now()).results
    if result.refused:
        raise result.refused
    staff_log.write(owner, CHANGE, [link], log_message(OWNER_CHANGED, colleague=name_person(colleague)))
    handed = ShareLink.objects.select_related("bucket", "owner", "customer").get(pk=link_id)
    add_etag(response, handed)
    return write_link(handed, timezone.now())


@router.post("/{int:link_id}/validate", response={202: ValidationOut}, auth=WRITES, operation_id="validate_link")
def validate_link(request: HttpRequest, link_id: int) -> Status[ValidationOut]:
    """Validate it at once instead of when its turn comes. Read the link again for what came of it."""
    link, _owner = _get_to_change(request, link_id)
    (result,) = ask_for_validation([link], timezone.now)
    if result.refused:
        raise result.refused
    return Status(202, write_validation(result.done))


@router.post("/{int:link_id}/url", response=UrlOut, auth=BearerToken(Scope.LINKS_REVEAL), operation_id="reveal_url")
def reveal_url(request: HttpRequest, link_id: int) -> UrlOut:
    """Tell the link's URL once more. It is a secret, so that each time is recorded."""
    link, owner = _get_to_change(request, link_id)
    staff_log.write(owner, CHANGE, [link], log_message(URL_VIEWED))
    return UrlOut(url=revealing.reveal_url(link))


def _get_to_change(request: HttpRequest, link_id: int) -> tuple[ShareLink, User]:
    """And the token's owner. Raises `Http404`, then `PermissionDenied`."""
    link = get_link(request, link_id)
    return link, require(request, "change_sharelink")


def _answer(request: HttpRequest, response: HttpResponse, link_id: int, done: Kept | None) -> LinkOut:
    """The link as it is now, and its history with what was done."""
    link = get_link(request, link_id)
    if done:
        staff_log.write(require(request, "change_sharelink"), CHANGE, [link], done)
    add_etag(response, link)
    return write_link(link, timezone.now())
