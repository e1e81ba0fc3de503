"""Many links at once: one result for each, in the order in which they were sent. What is refused for one keeps no other
from being done."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Annotated, Any

from django.contrib.admin.models import ADDITION, CHANGE
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from links.api import problems
from links.api.authentication import BearerToken, require, token_of
from links.api.bodies import Body, RowNumber
from links.api.idempotency import idempotent
from links.api.links.changing import TransferIn
from links.api.links.making import CopyIn, log_rescue
from links.api.links.reading import seen_links
from links.api.links.requests import Lifetime, NewLinkIn, build_request
from links.api.links.schemas import LinkOut, NewLinkOut, ValidationOut, write_link, write_new_link, write_validation
from links.api.problems import Problem
from links.domain.errors import HoldfastError, Refused
from links.domain.people.scopes import Scope
from links.domain.reasons import Reason
from links.domain.results import ItemResult
from links.models import ShareLink
from links.services.links import bulk, owners, remake, sharing, staff_log, transfers
from links.services.links.creation import NewLinkRequest
from links.services.people import api_tokens
from links.services.validation.on_demand import ask_for_validation
from links.texts.pages.histories import ADDED, COPIED, OWNER_CHANGED, REVOKED, log_ends, log_message
from links.texts.people import name_person

router = Router()
WRITES = BearerToken(Scope.LINKS_WRITE)
MAX_ITEMS = 100
Numbers = Annotated[list[RowNumber], Field(min_length=1, max_length=MAX_ITEMS)]


def one_at_a_time(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Of one token. It stands outside of `idempotent`, which would keep the refusal as the answer."""

    @wraps(operation)
    def hold_slot(request: HttpRequest, **values: Any) -> Any:  # noqa: ANN401  whatever the operation does
        with api_tokens.hold_bulk_slot(token_of(request), timezone.now()):
            return operation(request, **values)

    return hold_slot


class NewLinksIn(Body):
    items: list[NewLinkIn] = Field(min_length=1, max_length=MAX_ITEMS)


class LinksIn(Body):
    links: Numbers


class LinkEndsIn(LinksIn):
    lifetime: Lifetime


class LinkCopiesIn(LinksIn, CopyIn):
    pass


class LinkTransfersIn(LinksIn, TransferIn):
    pass


class ResultOut(Schema):
    """Of one item: what it has become, or why nothing was done. `id` is the number of the link that was sent; null
    where one was to be made."""

    id: int | None
    link: LinkOut | None = None
    new_link: NewLinkOut | None = None
    validation: ValidationOut | None = None
    problem: Problem | None = None


class ResultsOut(Schema):
    results: list[ResultOut]


@router.post("/create", response=ResultsOut, auth=WRITES, operation_id="create_links")
@one_at_a_time
@idempotent
def create_links(request: HttpRequest, body: NewLinksIn) -> ResultsOut:
    """Make up to 100 links. Each answer tells the new link's URL, this once. What could not be begun within a
    minute, because stores did not answer, is not made: `store-unanswered`."""
    owner, now = require(request, "add_sharelink"), timezone.now()
    wanted, refused = dict[int, NewLinkRequest](), dict[int, HoldfastError]()
    for place, item in enumerate(body.items):
        try:
            wanted[place] = build_request(item, owner, now)
        except HoldfastError as why:
            refused[place] = why
    results = dict(zip(wanted, bulk.create_links(list(wanted.values()), now), strict=True))
    made = {place: result.done for place, result in results.items() if result.done}
    refused |= {place: result.refused for place, result in results.items() if result.refused}
    staff_log.write(owner, ADDITION, [new.link for new in made.values()], ADDED)
    return ResultsOut(
        results=[
            ResultOut(id=None, new_link=write_new_link(made[place], now))
            if place in made
            else ResultOut(id=None, problem=problems.describe(refused[place]))
            for place in range(len(body.items))
        ]
    )


@router.post("/revoke", response=ResultsOut, auth=WRITES, operation_id="revoke_links")
@one_at_a_time
def revoke_links(request: HttpRequest, body: LinksIn) -> ResultsOut:
    owner, links = require(request, "change_sharelink"), _find_links(request, body)
    results = bulk.revoke_links(links, timezone.now())
    staff_log.write(owner, CHANGE, _list_done(results), log_message(REVOKED))
    return _answer(request, body, results)


@router.post("/extend", response=ResultsOut, auth=WRITES, operation_id="extend_links")
@one_at_a_time
@idempotent
def extend_links(request: HttpRequest, body: LinkEndsIn) -> ResultsOut:
    """Give each another end. A duration only ever adds time; a revoked link is revived alone."""
    owner, links = require(request, "change_sharelink"), _find_links(request, body)
    scope, zone = sharing.find_scope(owner), timezone.get_current_timezone()
    results = bulk.change_ends(links, body.lifetime, scope=scope, zone=zone, now=timezone.now())
    for change in {result.done.change for result in results if result.done}:
        done = [result.item for result in results if result.done and result.done.change is change]
        staff_log.write(owner, CHANGE, done, log_ends(change, body.lifetime))
    return _answer(request, body, results)


@router.post("/transfer", response=ResultsOut, auth=WRITES, operation_id="transfer_links")
@one_at_a_time
def transfer_links(request: HttpRequest, body: LinkTransfersIn) -> ResultsOut:
    """Hand all to one colleague, who gets one mail. Of what the token's owner sees no more, `link` is null."""
    owner, links = require(request, "change_sharelink"), _find_links(request, body)
    colleague = owners.find_colleague(body.colleague)
    results = transfers.transfer(links, colleague, owner, timezone.now()).results
    staff_log.write(owner, CHANGE, _list_done(results), log_message(OWNER_CHANGED, colleague=name_person(colleague)))
    return _answer(request, body, results)


@router.post("/duplicate", response=ResultsOut, auth=WRITES, operation_id="duplicate_links")
@one_at_a_time
@idempotent
def duplicate_links(request: HttpRequest, body: LinkCopiesIn) -> ResultsOut:
    owner, now = require(request, "add_sharelink"), timezone.now()
    scope, zone, links = sharing.find_scope(owner), timezone.get_current_timezone(), _find_links(request, body)
    results = remake.duplicate_links(links, body.lifetime, owner=owner, scope=scope, zone=zone, now=now)
    made = [result.done.link for result in results if result.done]
    staff_log.write(owner, ADDITION, made, log_message(COPIED))
    return _answer(request, body, results, lambda done: {"new_link": write_new_link(done, now)})


@router.post("/rescue", response=ResultsOut, auth=WRITES, operation_id="rescue_links")
@one_at_a_time
@idempotent
def rescue_links(request: HttpRequest, body: LinksIn) -> ResultsOut:
    require(request, "add_sharelink")
    owner, now, links = require(request, "change_sharelink"), timezone.now(), _find_links(request, body)
    results = remake.rescue_links(links, owner, sharing.find_scope(owner), now)
    log_rescue(request, _list_done(results), [result.done.link for result in results if result.done])
    return _answer(request, body, results, lambda done: {"new_link": write_new_link(done, now)})


@router.post("/validate", response=ResultsOut, auth=WRITES, operation_id="validate_links")
@one_at_a_time
def validate_links(request: HttpRequest, body: LinksIn) -> ResultsOut:
    """Validate each at once instead of when its turn comes."""
    require(request, "change_sharelink")
    results = ask_for_validation(_find_links(request, body), timezone.now)
    return _answer(request, body, results, lambda done: {"validation": write_validation(done)})


def _find_links(request: HttpRequest, body: LinksIn) -> list[ShareLink]:
    """Those that the token's owner may know of, each once, in the order in which they were sent."""
    found = seen_links(request).in_bulk(body.links)
    return [found[number] for number in dict.fromkeys(body.links) if number in found]


def _list_done(results: Sequence[ItemResult[ShareLink, Any]]) -> list[ShareLink]:
    return [result.item for result in results if result.refused is None]


def _answer(
    request: HttpRequest,
    body: LinksIn,
    results: Sequence[ItemResult[ShareLink, Any]],
    write: Callable[[Any], dict[str, Any]] = lambda _done: {},
) -> ResultsOut:
    """`write` says what was done with one link, beside how that link is now."""
    of_each, now = {result.item.pk: result for result in results}, timezone.now()
    links = seen_links(request).in_bulk(list(of_each))
    rows = []
    for number in body.links:
        result = of_each.get(number)
        if result is None or result.refused:
            why = result.refused if result and result.refused else Refused(Reason.REQUEST_NOT_FOUND)
            rows.append(ResultOut(id=number, problem=problems.describe(why)))
        else:
            link = write_link(links[number], now) if number in links else None
            rows.append(ResultOut(id=number, link=link, **write(result.done)))
    return ResultsOut(results=rows)
