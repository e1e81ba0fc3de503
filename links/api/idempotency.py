"""`Idempotency-Key`: whoever got no answer asks again with the same key, and nothing is done twice."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import Schema, Status
from ninja.operation import Operation
from ninja.responses import NinjaJSONEncoder
from ninja.utils import contribute_operation_callback

from links.api import problems
from links.api.authentication import owner_of, token_of
from links.domain.errors import Refused
from links.domain.reasons import Reason
from links.services.api import idempotency
from links.services.api.idempotency import KeptAnswer
from links.services.links import revealing

HEADER = "Idempotency-Key"
MAX_KEY_LENGTH = 200
REPEATED = "Idempotency-Replayed"
_KEPT_HEADERS = ("Content-Type", "ETag", "Location")


def idempotent(operation: Callable[..., Any]) -> Callable[..., Any]:
    """For an operation that would do something once more. What it answers is kept for a day, refusals too; where an
    error of ours, or a store that is silent, stood in the way, the same request may be tried again."""

    @wraps(operation)
    def answer_once(request: HttpRequest, **values: Any) -> Any:  # noqa: ANN401  whatever the operation does
        key = request.headers.get(HEADER)
        if key is None:
            return operation(request, **values)
        if not 0 < len(key) <= MAX_KEY_LENGTH:
            raise Refused(Reason.IDEMPOTENCY_KEY_LENGTH, most=MAX_KEY_LENGTH)
        asked = b"\n".join([str(request.method).encode(), request.get_full_path().encode(), request.body])
        claimed = idempotency.claim(token_of(request), key, asked, timezone.now())
        if isinstance(claimed, KeptAnswer):
            if told := _list_told(claimed):
                revealing.record_told_again(told, owner_of(request))
            headers = {**claimed.headers, REPEATED: "true"}
            return HttpResponse(claimed.body, status=claimed.status, headers=headers)
        try:
            answer = _to_answer(operation(request, **values), values.get("response"))
        except Exception as error:
            refused = problems.answer_exception(error)
            if refused is None or refused.status_code >= 500:
                idempotency.release(claimed)
                raise
            answer = refused
        headers = {name: answer[name] for name in _KEPT_HEADERS if name in answer}
        idempotency.keep_answer(claimed, KeptAnswer(answer.status_code, headers, answer.content.decode()))
        return answer

    contribute_operation_callback(answer_once, _describe_header)
    return answer_once


def _describe_header(operation: Operation) -> None:
    described = {
        "in": "header",
        "name": HEADER,
        "required": False,
        "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY_LENGTH},
        "description": "A text of your own, for example a UUID. Sent again with the same request within 24 hours, "
        "nothing is done twice: the first answer is given again.",
    }
    extra = operation.openapi_extra or {}
    operation.openapi_extra = {**extra, "parameters": [*extra.get("parameters", []), described]}


def _list_told(kept: KeptAnswer) -> list[int]:
    """The numbers of the links whose URLs it tells: one that was made, or many."""
    read = json.loads(kept.body)
    made = [read, *(result["new_link"] or {} for result in read.get("results", []))]
    return [each["link"]["id"] for each in made if "url" in each and "link" in each]


def _to_answer(result: Schema | Status[Any], begun: HttpResponse | None) -> HttpResponse:
    """As ninja would write it, with the headers that the operation set."""
    status, body = (result.status_code, result.value) if isinstance(result, Status) else (200, result)
    answer: HttpResponse = JsonResponse(body.model_dump(), encoder=NinjaJSONEncoder, status=status)
    for name, value in begun.items() if begun is not None else ():
        if name != "Content-Type":
            answer[name] = value
    return answer
