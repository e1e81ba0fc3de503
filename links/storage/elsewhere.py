"""Links of a storage that a Holdfast elsewhere keeps: asked for over its API, by a project that has none of its tables.

HOLDFAST_URL and HOLDFAST_TOKEN are Django settings, or variables of the environment; HOLDFAST_TOKEN_FILE names a file.
"""

import ipaddress
import json
from collections.abc import Collection, Mapping
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from urllib3.exceptions import HTTPError

from links.conf import env, values
from links.domain.errors import HoldfastError, Refused, Unavailable
from links.domain.people.token_texts import read_public_id
from links.domain.reasons import Reason
from links.net.http import exchange
from links.texts.refusals import explain

PATH = "/api/v1/links/for-objects"
MAX_KEYS = 1000
"""Of one request."""
TIMEOUT_SECONDS = 30.0
"""For one request. Links that are made meanwhile are found by the next."""
PAUSE_SECONDS = 10.0
"""For which nothing more is asked after a request failed: a page with a hundred files waits for one of them."""
MAX_ANSWER_BYTES = 16 * 1024 * 1024
"""A thousand refusals, each with the longest key in its sentences, are less."""
MAX_DETAIL_LENGTH = 1000


class LinksElsewhere:
    """Raises ImproperlyConfigured for a URL or a token that is missing or cannot be right."""

    def __init__(
        self, bucket: str, endpoint: str, region: str, *, lifetime: str, purpose: str, password: str, customer: str
    ) -> None:
        self._url, self._token = _find_url(), _find_token()
        self._asked = {
            "bucket": bucket, "endpoint": endpoint, "region": region,
            "lifetime": lifetime, "purpose": purpose, "password": password, "customer": customer,
        }  # fmt: skip
        self._failure: HoldfastError | None = None
        self._failed_at = 0.0

    def find_or_create(self, keys: Collection[str]) -> Mapping[str, str | HoldfastError]:
        """One request for each thousand. A request that failed is the answer for each of its objects."""
        found: dict[str, str | HoldfastError] = {}
        for start in range(0, len(keys), MAX_KEYS):
            some = list(keys)[start : start + MAX_KEYS]
            if self._failure and monotonic() - self._failed_at < PAUSE_SECONDS:
                found |= dict.fromkeys(some, self._failure)
                continue
            try:
                found |= self._ask(some)
            except HoldfastError as failure:
                self._failure, self._failed_at = failure, monotonic()
                found |= dict.fromkeys(some, failure)
        return found

    def _ask(self, keys: list[str]) -> dict[str, str | HoldfastError]:
        """Raises `Unavailable` where no answer came that can be used, and what the whole request was refused for."""
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json; charset=utf-8",
            "Accept-Language": "en",
        }
        body = json.dumps({**self._asked, "object_keys": keys}, ensure_ascii=False)
        try:
            # No redirect is followed, by which the token would reach somebody else.
            status, text = exchange(
                "POST", self._url + PATH, seconds=TIMEOUT_SECONDS, room=MAX_ANSWER_BYTES, headers=headers, body=body
            )
            answer = json.loads(text)
        except (HTTPError, OSError, ValueError, RecursionError, Unavailable) as error:
            raise self._unanswered(type(error).__name__) from None
        if status != 200:
            raise self._read_problem(answer, f"HTTP {status}")
        results = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(results, list) or len(results) != len(keys):
            raise self._unanswered("another API")
        return {key: self._read_result(result) for key, result in zip(keys, results, strict=True)}

    def _read_result(self, result: object) -> str | HoldfastError:
        url = result.get("url") if isinstance(result, dict) else None
        if isinstance(url, str) and url.startswith(("https://", "http://")):
            return url
        return self._read_problem(result.get("problem") if isinstance(result, dict) else None, "no URL")

    def _read_problem(self, problem: object, why: str) -> HoldfastError:
        """The error that the API describes, with the sentence that it has for it."""
        if not isinstance(problem, dict) or not isinstance(problem.get("detail"), str):
            return self._unanswered(why)
        # Another version may have reasons that this one does not know.
        reason = Reason.find(str(problem.get("code"))) or Reason.HOLDFAST_UNANSWERED
        error = Unavailable(reason) if problem.get("status") in (500, 503) else Refused(reason)
        error.sentence = problem["detail"][:MAX_DETAIL_LENGTH]
        return error

    def _unanswered(self, why: str) -> Unavailable:
        error = Unavailable(Reason.HOLDFAST_UNANSWERED, site=self._url, why=why)
        error.sentence = explain(error)
        return error


def _find_url() -> str:
    url = values.site("HOLDFAST_URL", _read("HOLDFAST_URL"))
    if not url:
        raise ImproperlyConfigured(
            'Stable links need "links" in INSTALLED_APPS, or a Holdfast elsewhere: set HOLDFAST_URL, as in '
            "https://share.example.com, and HOLDFAST_TOKEN."
        )
    parts = urlsplit(url)
    if parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
        raise ImproperlyConfigured("HOLDFAST_URL must begin with https://: on its way anybody could read the token.")
    return url


def _find_token() -> str:
    token = _read("HOLDFAST_TOKEN").strip()
    if read_public_id(token) is None:
        raise ImproperlyConfigured(
            "HOLDFAST_TOKEN must be an API token of that Holdfast (hf_…) with the scope links:write: "
            "create one with create_api_token, or on the page “API tokens”."
        )
    return token


def _read(name: str) -> str:
    return values.text(name, getattr(settings, name, "")) or env.text(name)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
