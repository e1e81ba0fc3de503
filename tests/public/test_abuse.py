"""Far too much at once: a clear refusal, soon, and little memory."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from links.domain.errors import HoldfastError
from links.domain.pasted.urls import MAX_FOUND, read_all, read_pasted
from links.domain.sharing import EVERYTHING
from links.domain.viewers import OPERATOR
from links.services.pasted.watch_many import watch_many
from tests.timing import find_slowness

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

SIZE = 10_000_000
MAX_BYTES = 50_000_000
HOST = "https://files.s3.amazonaws.com/"
PLACES = ["/s/x", "/f/x", "/ask", "/admin/login/", "/admin/links/doctor/"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", ["one field", "many fields", "a form with parts", "no form"])
def test_ten_megabytes_are_refused_with_what_to_do(db: None, place: str, kind: str) -> None:
    User.objects.create_superuser("admin")
    client = Client(raise_request_exception=False)
    if place.startswith("/admin/links"):
        client.force_login(User.objects.get())
    given: dict[str, Callable[[], Answer]] = {
        "one field": lambda: client.post(place, urlencode({"password": "x" * SIZE}), FORM),
        "many fields": lambda: client.post(place, "&".join(["a=1"] * (SIZE // 4)), FORM),
        "a form with parts": lambda: client.post(place, {"password": "x" * SIZE}),
        "no form": lambda: client.post(place, b"\0" * SIZE, "application/json"),
    }
    answer = within_bounds(given[kind])
    if kind == "no form":  # nobody reads it
        assert answer.status_code in (200, 404)
    elif place == "/s/x":
        assert answer.status_code == 404
    else:
        assert answer.status_code == 413
        assert "More was sent than is taken at once. Send less, in several parts." in answer.content.decode()


FORM = "application/x-www-form-urlencoded"


def within_bounds(act: Callable[[], Any]) -> Any:  # noqa: ANN401  whatever it gives
    tracemalloc.start()
    began = time.thread_time()
    try:
        came = act()
        took = time.thread_time() - began
        assert tracemalloc.get_traced_memory()[1] < MAX_BYTES + SIZE
    finally:
        tracemalloc.stop()
    assert took < 3 * find_slowness(time.thread_time)
    return came


def test_a_hundred_thousand_pasted_urls_are_refused_whole(db: None) -> None:
    lines = [f"https://files.s3.amazonaws.com/{number}?X-Amz-Signature=a" for number in range(100_000)]
    with pytest.raises(HoldfastError) as refused:
        watch_many(lines, timezone.now() + timedelta(days=1), owner=OPERATOR, scope=EVERYTHING, now=timezone.now())
    assert refused.value.code == "lines-too-many"


@pytest.mark.parametrize("read", [read_pasted, read_all])
@pytest.mark.parametrize("begin", [HOST, f"{HOST}a?X-Amz-Signature=", ""])
def test_a_url_of_a_megabyte_is_refused(read: Callable[[str], object], begin: str) -> None:
    with pytest.raises(HoldfastError) as refused:
        within_bounds(lambda: read(begin + "a" * 1_000_000))
    assert refused.value.code


def test_many_urls_in_one_text_are_read_in_time() -> None:
    text = "\n".join(f"https://files.s3.amazonaws.com/{number}?X-Amz-Signature=a" for number in range(100_000))
    assert 0 < len(within_bounds(lambda: read_all(text))) <= MAX_FOUND
