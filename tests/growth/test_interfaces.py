"""No text from outside holds up what reads it above the domain: the log, commands, searches, answers of stores, and
whole requests of people who are not signed in."""

from collections.abc import Mapping

import pytest
from django.test import Client

from config import logs
from links.domain.pasted.repair import Repair, Repaired
from links.domain.visits.previews import MAX_AGENT_LENGTH
from links.lib.zones import ZONE_COOKIE
from links.management import base
from links.public import visitors
from links.queries import link_search
from links.s3 import responses, targets
from links.services.pasted import watch_many
from tests.growth.measure import WHAT_TO_DO, Reader, find_growth
from tests.growth.shapes import Shape


def _take_line_apart(text: str) -> object:
    url, *_ = watch_many._take_apart(text)
    return watch_many._has_more_than_a_url(url, Repaired(url, (Repair.BLANKS,)))


def _answer(text: str) -> object:
    body = f"<Error><Code>AccessDenied</Code><Message>{text}</Message></Error>".encode(errors="replace")
    names = ("date", "etag", "x-amz-expiration", "x-amz-restore", "location", "server", "content-type", "content-range")
    answers = [responses.read_answer(403, {name: text}, b"") for name in names]
    whole = [responses.read_answer(403, {}, sent[: 64 * 1024]) for sent in (body, text.encode(errors="replace"))]
    return answers, whole


READERS: Mapping[str, Reader] = {
    "config.logs.scrub": lambda text: logs.scrub(None, "info", {"event": text, "held": {"in": [text]}}),
    "links.queries.link_search.read_term": lambda text: link_search.read_term(text).is_address,
    "links.queries.link_search.name_host": link_search.name_host,
    "links.queries.link_search.find_by_url": lambda text: (
        link_search._TOKEN.search(text),
        link_search._SLUG.search(text),
    ),
    "links.management.base.read_pasted_url": base._BEGINNING.findall,
    "links.public.visitors.read_agent": lambda text: visitors.read_agent.__wrapped__(text[:MAX_AGENT_LENGTH]),
    "links.s3.responses.read_answer": _answer,
    "links.s3.responses.find_expiry": lambda text: responses.find_expiry(f'expiry-date="{text}'),
    "links.s3.responses.find_rule": lambda text: responses.find_rule(f'rule-id="{text}'),
    "links.s3.targets.read_target": lambda text: (targets.read_target(text), targets.read_target(f"https://{text}")),
    "links.services.pasted.watch_many.watch_many": _take_line_apart,
}


@pytest.mark.parametrize("name", sorted(READERS))
def test_reading_takes_no_longer_than_the_text_is_long(name: str) -> None:
    slow = find_growth(READERS[name])
    assert not slow, "\n".join([f"{name} is slow on", *slow, WHAT_TO_DO])


_REQUEST_SECONDS = 0.02  # another page, or an error with its traceback, is no growth
_HARD = tuple(Shape(*texts) for texts in (("", "a"), ("", "a/"), ("", "a."), ("?", "a=b&"), ("", "%0A"), ("", "%20a")))


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["", "s/", "f/", "g/", "admin/", "admin/login/?next=", "static/"])
def test_a_long_address_takes_no_longer_than_it_is_long(place: str, client: Client) -> None:
    """With all that Django writes into the log about it."""
    client.raise_request_exception = False
    slow = find_growth(lambda text: client.get(f"/{place}{text}"), _HARD, measurable=_REQUEST_SECONDS)
    assert not slow, "\n".join([f"GET /{place} is slow on", *slow, WHAT_TO_DO])


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["User-Agent", "Cookie", "Accept-Language", "Range", "Referer", "Host"])
def test_a_long_header_takes_no_longer_than_it_is_long(header: str, client: Client) -> None:
    slow = find_growth(lambda text: client.get("/s/x", headers={header: text}), _HARD, measurable=_REQUEST_SECONDS)
    assert not slow, "\n".join([f"{header} is slow on", *slow, WHAT_TO_DO])


@pytest.mark.parametrize("zone", ["a." * 2_000, "." * 2_000, "../" * 20 + "etc/passwd", "a\0b"])
@pytest.mark.django_db
def test_a_zone_that_somebody_made_up_is_no_error(zone: str, client: Client) -> None:
    client.cookies[ZONE_COOKIE] = zone
    assert client.get("/s/x").status_code == 404
