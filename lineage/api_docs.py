"""The page of the REST API: its OpenAPI description as plain, accessible HTML. The parts that write it are pure."""

from collections import defaultdict
from functools import lru_cache

from django.shortcuts import render
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator

from clouds.access import signed_in

METHODS = ("get", "post", "put", "patch", "delete")
DEEPEST = 3


@signed_in
def docs(request):
    schema = described(get_language())
    base = request.build_absolute_uri("/").rstrip("/")
    groups = [
        (name, [each | {"curl": curl(each, base)} for each in found]) for name, found in groups_of(schema).items()
    ]
    return render(request, "lineage/docs.html", {"groups": groups, "info": schema["info"]})


@lru_cache(maxsize=8)
def described(language: str) -> dict:
    """The OpenAPI description; it is the same for everyone, and takes a while to make."""
    return SchemaGenerator().get_schema(request=None, public=True)


def groups_of(schema: dict) -> dict[str, list[dict]]:
    """Operations by the first word of their address after /api/, in the order of their addresses."""
    found = defaultdict(list)
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                found[path.split("/")[2]].append(operation(schema, path, method, methods[method]))
    return dict(found)


def operation(schema: dict, path: str, method: str, said: dict) -> dict:
    content = said.get("requestBody", {}).get("content", {}).get("application/json")
    name = said["operationId"]
    return {
        "id": name,
        "method": method.upper(),
        "path": path,
        "summary": said.get("summary") or said.get("description", "").partition("\n")[0] or name.replace("_", " "),
        "description": said.get("description", "") if said.get("summary") else "",
        "parameters": [
            {
                "name": each["name"],
                "where": each["in"],
                "required": each.get("required"),
                "type": type_of(each["schema"]),
            }
            | {"description": each.get("description", "")}
            for each in said.get("parameters", [])
        ],
        "body": shape(schema, content["schema"]) if content else None,
        "answers": [answer(schema, status, each) for status, each in said["responses"].items()],
        "open": path if method == "get" and "{" not in path else "",
    }


def answer(schema: dict, status: str, said: dict) -> dict:
    content = next(iter(said.get("content", {}).values()), None)
    return {
        "status": status,
        "description": said.get("description", ""),
        "fields": shape(schema, content["schema"])["fields"] if content else [],
    }


def shape(schema: dict, said: dict, depth: int = 0) -> dict:
    """{"description", "fields": [(name, type, description, fields of its own)]} of a schema, references followed."""
    said = resolved(schema, said)
    required = set(said.get("required", []))
    inner = said.get("properties", {})
    fields = []
    for name, each in inner.items():
        target = resolved(schema, each)
        own = shape(schema, target, depth + 1)["fields"] if depth < DEEPEST else []
        fields.append(
            {"name": name, "type": type_of(target), "required": name in required, "fields": own}
            | {"description": each.get("description") or target.get("description", "")}
        )
    if not inner and said.get("type") == "array" and depth < DEEPEST:
        fields = shape(schema, said.get("items", {}), depth + 1)["fields"]
    return {"description": said.get("description", ""), "fields": fields}


def resolved(schema: dict, said: dict) -> dict:
    for key in ("allOf", "oneOf", "anyOf"):
        if len(said.get(key, [])) >= 1:
            return resolved(schema, said[key][0])
    if "$ref" in said:
        return resolved(schema, schema["components"]["schemas"][said["$ref"].rpartition("/")[2]])
    return said


def type_of(said: dict) -> str:
    """A schema in a word or two: "integer, 1 to 100, else 25"."""
    kind = said.get("type", "any")
    words = [
        " or ".join(kind) if isinstance(kind, list) else f"{kind} ({said['format']})" if "format" in said else kind
    ]
    if "enum" in said:
        words.append(" | ".join(str(each) for each in said["enum"]))
    if "minimum" in said and "maximum" in said:
        words.append(f"{said['minimum']} to {said['maximum']}")
    if said.get("default") not in (None, ""):
        words.append(f"else {said['default']}")
    return ", ".join(words)


def curl(each: dict, base: str) -> str:
    method = "" if each["method"] == "GET" else f" -X {each['method']}"
    body = " \\\n  -H 'Content-Type: application/json' -d '{…}'" if each["body"] else ""
    return f"curl{method} '{base}{each['path']}' \\\n  -H 'Authorization: Bearer YOUR_API_KEY'{body}"
