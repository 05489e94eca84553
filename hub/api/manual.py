"""`/docs`: the OpenAPI document for a reader, made here: it needs no script from anywhere."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from hub.api.pages import anchor, page

router = APIRouter(include_in_schema=False)

Schema = Mapping[str, Any]
Operation = tuple[str, Schema]
"""A call as people write it, such as `GET /v1/documents`, and what OpenAPI says of it."""


@router.get("/docs")
async def show_manual(request: Request) -> Response:
    """Every call with its parameters, bodies and answers."""
    return page(request, manual(request.app.openapi()))


def manual(document: Schema) -> str:
    """The manual of an OpenAPI 3.1 document, as Markdown."""
    about = document["info"]
    operations = list(_operations(document))
    schemas = document.get("components", {}).get("schemas", {})
    sections = [
        f"# {about['title']} {about['version']}\n\n{about['summary']}\n\n{about['description']}",
        f"## Calls\n\n{_calls(operations)}",
        *(_operation(call, operation) for call, operation in operations),
        "## Shapes",
        *(_shape(name, schema) for name, schema in schemas.items()),
    ]
    return "\n\n".join(sections) + "\n"


def _operations(document: Schema) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def _calls(operations: Iterable[Operation]) -> str:
    rows = [
        (f"[`{call}`](#{anchor(call)})", _first_line(operation), _key(operation))
        for call, operation in operations
    ]
    return _table(("Call", "Does", "Key"), rows)


def _operation(call: str, operation: Schema) -> str:
    parameters = [
        (f"`{one['name']}`", one["in"], _type(one["schema"]), _least(one))
        for one in operation.get("parameters", ())
    ]
    answers = [
        (status, one["description"], _contents(one))
        for status, one in sorted(operation["responses"].items())
    ]
    parts = [
        f"### {call}\n\n{operation.get('description', '')}",
        _table(("Parameter", "In", "Value", ""), parameters),
        f"Body: {_contents(operation['requestBody'])}" if "requestBody" in operation else "",
        _table(("Status", "When", "Answer"), answers),
    ]
    return "\n\n".join(filter(None, parts))


def _shape(name: str, schema: Schema) -> str:
    required = schema.get("required", ())
    rows = [
        (f"`{field}`", _type(one), "required" if field in required else "", _said(one))
        for field, one in schema.get("properties", {}).items()
    ]
    values = _type(schema) if "enum" in schema else ""
    parts = (f"### {name}", _said(schema), values, _table(("Field", "Value", "", "Means"), rows))
    return "\n\n".join(filter(None, parts))


def _first_line(operation: Schema) -> str:
    return str(operation.get("description", "")).partition("\n")[0]


def _key(operation: Schema) -> str:
    return "yes" if operation.get("security") else "no"


def _least(parameter: Schema) -> str:
    return "required" if parameter.get("required") else ""


def _said(schema: Schema) -> str:
    return " ".join(str(schema.get("description", "")).split())


def _contents(holder: Schema) -> str:
    """The media types of a body, each with the shape it carries."""
    contents = holder.get("content", {})
    named = (
        " ".join(filter(None, (f"`{media}`", _type(one.get("schema", {})))))
        for media, one in contents.items()
    )
    return " or ".join(named)


def _type(schema: Schema) -> str:
    """A value in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{anchor(name)})"
    if "anyOf" in schema:
        return " or ".join(map(_type, schema["anyOf"])) + _default(schema)
    if "enum" in schema:
        return " ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    kind = schema.get("format") or schema.get("type", "")
    return str(kind) + _bounds(schema) + _default(schema)


def _bounds(schema: Schema) -> str:
    words = {
        "minimum": "at least {}",
        "maximum": "at most {}",
        "maxLength": "at most {} characters",
        "pattern": "like `{}`",
    }
    said = [text.format(_number(schema[key])) for key, text in words.items() if key in schema]
    return "".join(f", {one}" for one in said)


def _number(bound: object) -> object:
    """Bounds of integers come as floats."""
    return int(bound) if isinstance(bound, float) and bound.is_integer() else bound


def _default(schema: Schema) -> str:
    default = schema.get("default")
    return "" if default is None else f", else `{default}`"


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    lines = (header, ("---",) * len(header), *rows)
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", r"\|")
