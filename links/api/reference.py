"""The reference: the OpenAPI document as a page of staff's, by the site itself and without a script."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from links.api.v1 import api
from links.conf import site

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FieldView:
    """One parameter, or one field of a body or an answer. `place` is that of a parameter: path, query or header."""

    name: str
    kind: str
    is_needed: bool
    about: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class OperationView:
    """`answer` is what comes of it where it is done, with its status; `errors` are the other statuses."""

    anchor: str
    method: str
    path: str
    about: str
    parameters: list[FieldView]
    body: list[FieldView]
    status: str
    answer: list[FieldView]
    errors: list[tuple[str, str]]
    example: str


@require_safe
def show_reference(request: HttpRequest) -> HttpResponse:
    document = api.get_openapi_schema()
    groups: dict[str, list[OperationView]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            view = _build_operation(method, path, operation, document["components"]["schemas"])
            groups.setdefault(operation["tags"][0], []).append(view)
    context = {**admin.site.each_context(request), "title": gettext("API reference"), "groups": groups}
    return TemplateResponse(request, "admin/links/api/reference.html", context)


@require_safe
def show_document(_request: HttpRequest) -> HttpResponse:
    """The document itself, for generators of clients: in English, as it is in `docs/api/openapi.json`."""
    with translation.override("en"):
        return JsonResponse(api.get_openapi_schema(), json_dumps_params={"indent": 1})


def _build_operation(method: str, path: str, operation: Schema, schemas: Schema) -> OperationView:
    status = next(status for status in operation["responses"] if status < "400")
    answer = operation["responses"][status].get("content", {}).get("application/json", {}).get("schema", {})
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return OperationView(
        operation["operationId"],
        method.upper(),
        path,
        operation["description"],
        [
            FieldView(
                each["name"], _name_kind(each["schema"]), each["required"], each.get("description", ""), each["in"]
            )
            for each in operation["parameters"]
        ],
        list(_list_fields(body, schemas)),
        status,
        list(_list_fields(answer, schemas)),
        [(code, each["description"]) for code, each in operation["responses"].items() if code >= "400"],
        _write_example(method.upper(), path, body, schemas),
    )


def _list_fields(schema: Schema, schemas: Schema) -> Iterator[FieldView]:
    described = _follow(schema, schemas)
    for name, field in described.get("properties", {}).items():
        about = field.get("description", "")
        yield FieldView(name, _name_kind(field), name in described.get("required", ()), about)


def _follow(schema: Schema, schemas: Schema) -> Schema:
    name = schema.get("$ref", "").rpartition("/")[2]
    followed: Schema = schemas[name] if name else schema
    return followed


def _name_kind(schema: Schema) -> str:
    """As programs call it: `string`, `LinkOut or null`, `list of integer`."""
    if "anyOf" in schema:
        return " or ".join(_name_kind(each) for each in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if schema.get("type") == "array":
        return f"list of {_name_kind(schema['items'])}"
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    return str(schema.get("format") or schema.get("type", "any"))


def _write_example(method: str, path: str, body: Schema, schemas: Schema) -> str:
    """What to type, with the fields that are needed."""
    words = ["curl", *(["-X", method] if method != "GET" else []), '-H "Authorization: Bearer $TOKEN"']
    if body:
        needed = {field.name: "..." for field in _list_fields(body, schemas) if field.is_needed}
        words += ['-H "Content-Type: application/json"', f"-d '{json.dumps(needed)}'"]
    return " ".join([*words, f"{site.BASE_URL}{path}"])
