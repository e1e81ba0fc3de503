"""The OpenAPI document: what ninja writes of the operations, and what holds for all of them."""

from collections.abc import Iterator
from typing import Any

from ninja import NinjaAPI
from ninja.operation import Operation

from links.api import problems
from links.api.authentication import BearerToken
from links.api.webhooks import describe_webhooks
from links.texts.problems import title

Document = dict[str, Any]

# Which errors an operation may answer with, besides its own.
_ALWAYS = (400, 401, 403, 404, 422, 429, 500, 503)
_WITH_BODY = (413, 415)
_WHERE_IT_WRITES = (409,)
_WITH_IF_MATCH = (412, 428)


def describe(api: NinjaAPI, document: Document) -> Document:
    """The document, in the active language, with errors and scopes of every operation, and what webhooks are sent."""
    describe_webhooks(document)
    document["components"]["schemas"] |= _describe_problem()
    scopes = {operation.operation_id: _list_scopes(operation) for operation in list_operations(api)}
    for operations in document["paths"].values():
        for method, operation in operations.items():
            for status in _list_statuses(method, operation):
                operation["responses"][status] = _name_problem(status)
            operation["responses"] = {str(status): of for status, of in sorted(operation["responses"].items())}
            needed = scopes[operation["operationId"]]
            operation["security"] = [{BearerToken.__name__: needed}]
            said = operation.get("description", "").strip()
            operation["description"] = f"{said}\n\nScope: {', '.join(f'`{scope}`' for scope in needed)}.".strip()
    return document


def list_operations(api: NinjaAPI) -> Iterator[Operation]:
    for router in api._get_bound_routers():  # noqa: SLF001  ninja has no public way to them
        for path in router.path_operations.values():
            yield from path.operations


def _list_scopes(operation: Operation) -> list[str]:
    return [way.scope.value for way in operation.auth_callbacks if isinstance(way, BearerToken)]


def _list_statuses(method: str, operation: Document) -> Iterator[int]:
    yield from _ALWAYS
    if "requestBody" in operation:
        yield from _WITH_BODY
    if method != "get":
        yield from _WHERE_IT_WRITES
    if any(parameter["name"] == "If-Match" for parameter in operation["parameters"]):
        yield from _WITH_IF_MATCH


def _describe_problem() -> Document:
    schema = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    return {**schema.pop("$defs"), "Problem": schema}


def _name_problem(status: int) -> Document:
    content = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": title(status), "content": content}
