"""What programs can ask, as an OpenAPI 3.1 document: each address under `/api/v1` is described where it is registered.

The document is put together from the pydantic models that check what comes in, so that it cannot say anything else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson
from aiohttp import hdrs, web
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from commissioning.ledger.actor import Actor
from commissioning.web.permissions import register
from commissioning.web.rendering import SHELL, render

VERSION = "1"
REFUSALS = {
    400: "The request cannot be meant.",
    401: "No token, or one that is not good.",
    403: "The account may not do this.",
    404: "There is no such thing.",
    405: "The address does not take this method.",
    409: "It was changed meanwhile, or the id stands for another command.",
    410: "It does not hold any more.",
    413: "The body is too large.",
    415: "The body is of another kind.",
    422: "It cannot be done; nothing was changed.",
    429: "Too many attempts.",
    503: "Too busy, or the database is away; nothing was begun.",
}
_FAULT = {
    "type": "object",
    "required": ["code", "message", "where", "expected", "mend"],
    "properties": {name: {"type": "string"} for name in ("code", "message", "where", "expected", "mend")},
}
PROBLEM = {
    "type": "object",
    "description": "A problem document of RFC 9457; each fault says what, where, what was expected and how to mend it.",
    "required": ["type", "title", "status", "detail", "request_id", "faults"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "faults": {"type": "array", "items": _FAULT},
    },
}

_TEXT = {"type": "string"}
_FILE = {"type": "string", "format": "binary"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One name in the address or a header, with what it means; `several` where it may stand more than once."""

    name: str
    meaning: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string", "maxLength": 200})
    several: bool = False
    place: Literal["query", "header"] = "query"
    required: bool = False

    def to_json(self) -> dict[str, Any]:
        """The parameter as the document has it."""
        schema = {"type": "array", "items": dict(self.schema)} if self.several else dict(self.schema)
        told: dict[str, Any] = {"name": self.name, "in": self.place, "description": self.meaning, "schema": schema}
        if self.several:
            told |= {"style": "form", "explode": True}
        return told | ({"required": True} if self.required else {})


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that a program can ask. `answer` is the schema of what comes back, `body` the model of what is sent.

    Where the body is a file instead, `files` are the kinds that it may say it is. `accepted` says what an answer of 202
    means, where there can be one.
    """

    method: str
    path: str
    name: str
    meaning: str
    group: str
    answer: Mapping[str, Any]
    parameters: Sequence[Parameter] = ()
    body: type[BaseModel] | None = None
    files: Sequence[str] = ()
    accepted: str = ""

    def to_json(self, bodies: Mapping[type[BaseModel], Mapping[str, Any]]) -> dict[str, Any]:
        """The operation as the document has it."""
        problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        told: dict[str, Any] = {
            "operationId": self.name,
            "summary": self.meaning.partition(". ")[0].rstrip("."),
            "description": self.meaning,
            "tags": [self.group],
            "parameters": [parameter.to_json() for parameter in self.parameters],
            "responses": {
                "200": {"description": "Done.", "content": {"application/json": {"schema": dict(self.answer)}}},
                **{str(status): {"description": words, "content": problem} for status, words in REFUSALS.items()},
                # An address that is too long is refused before it is read, by the server and not by us.
                "400": {"description": REFUSALS[400], "content": problem | {"text/plain": {"schema": _TEXT}}},
            },
        }
        if self.accepted:
            done = {"application/json": {"schema": dict(self.answer)}}
            told["responses"]["202"] = {"description": self.accepted, "content": done}
        content: dict[str, Any] = {kind: {"schema": _FILE} for kind in self.files}
        if self.body is not None:
            content["application/json"] = {"schema": dict(bodies[self.body])}
        if content:
            told["requestBody"] = {"required": True, "content": content}
        return told


OPERATIONS: web.AppKey[list[Operation]] = web.AppKey("operations")
"""Everything that is described so far."""


def describe(app: web.Application, *operations: Operation) -> None:
    """Adds to what the document tells."""
    app.setdefault(OPERATIONS, []).extend(operations)


def document(app: web.Application) -> dict[str, Any]:
    """The whole document."""
    known: list[Operation] = app[OPERATIONS]
    operations = sorted(known, key=lambda one: (one.path, one.method))
    bodies, schemas = _schemas([one.body for one in operations if one.body is not None])
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = operation.to_json(bodies)
    shell = app[SHELL]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{shell.service}, {shell.council}",
            "version": VERSION,
            "description": "Money is text with two decimals in answers and whole pence in commands; days are ISO 8601.",
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**schemas, "Problem": PROBLEM},
        },
    }


def _schemas(models: Sequence[type[BaseModel]]) -> tuple[dict[type[BaseModel], Mapping[str, Any]], dict[str, Any]]:
    """A reference for every body, and the schemas that they refer to."""
    unique = list(dict.fromkeys(models))
    found, definitions = models_json_schema(
        [(model, "validation") for model in unique], ref_template="#/components/schemas/{model}"
    )
    return {model: found[model, "validation"] for model in unique}, definitions.get("$defs", {})


def may_read_about_programs(actor: Actor) -> bool:
    """Whether the actor may read what programs can ask: whoever may come in at all."""
    return bool(actor.roles)


async def openapi(request: web.Request) -> web.Response:
    """`/api/openapi.json`: the document."""
    content = orjson.dumps(document(request.app), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    return web.Response(body=content, content_type="application/json")


async def about_programs(request: web.Request) -> web.Response:
    """`/for-programs`: the same for people to read."""
    told = document(request.app)
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            schema = told["components"]["schemas"].get(body.get("$ref", "").rpartition("/")[2], {})
            groups.setdefault(operation["tags"][0], []).append(
                {
                    "method": method.upper(),
                    "path": path,
                    "meaning": operation["description"],
                    "fields": _fields(operation["parameters"], schema),
                }
            )
    return render(request, "shell/for_programs.html", {"groups": groups})


def _fields(parameters: Sequence[Mapping[str, Any]], schema: Mapping[str, Any]) -> list[dict[str, str]]:
    """The names that an operation understands: of its address and headers, and of its body."""
    found = [{"name": one["name"], "kind": _kind(one["schema"]), "meaning": one["description"]} for one in parameters]
    needed = set(schema.get("required", ()))
    for name, told in schema.get("properties", {}).items():
        meaning = str(told.get("description", "")) or ("Needed." if name in needed else "")
        found.append({"name": name, "kind": _kind(told), "meaning": meaning})
    return found


def _kind(schema: Mapping[str, Any]) -> str:
    """The kind of a value in a few words."""
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if schema.get("type") == "array":
        return f"several of: {_kind(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type", "any"))


def add_routes(app: web.Application) -> None:
    """Adds the document and the page about it."""
    register(app, hdrs.METH_GET, "/api/openapi.json", openapi, may_read_about_programs)
    register(app, hdrs.METH_GET, "/for-programs", about_programs, may_read_about_programs)
