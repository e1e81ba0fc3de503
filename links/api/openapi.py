"""The OpenAPI document: what ninja writes of the operations, and what holds for all of them."""

from typing import Any

from links.api import problems
from links.texts.problems import title

Document = dict[str, Any]

# Which errors an operation may answer. Those in the second line are for requests with a body.
_ALWAYS = (400, 401, 403, 404, 422, 429, 500, 503)
_WITH_BODY = (413, 415)


def describe(document: Document) -> Document:
    """The document with the errors, the scopes and the headers of every operation."""
    document["components"]["schemas"] |= _describe_problem()
    for operations in document["paths"].values():
        for operation in operations.values():
            for status in (*_ALWAYS, *(_WITH_BODY if "requestBody" in operation else ())):
                operation["responses"].setdefault(status, {}).update(_name_problem(status))
            operation["responses"] = {str(status): operation["responses"][status] for status in operation["responses"]}
    return document


def _describe_problem() -> Document:
    schema = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    return {**schema.pop("$defs"), "Problem": schema}


def _name_problem(status: int) -> Document:
    content = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": title(status), "content": content}
