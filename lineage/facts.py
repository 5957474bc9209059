"""What facets say, as pages show it. Producers send what they like, so nothing is taken for granted. Pure."""

from dataclasses import dataclass, field

Facets = dict  # by key, things with the facet as `value`: queries.Facet
MAX_DEPTH = 12
OUR_WORKLOAD = "lc_workload"


@dataclass
class Field:
    """A column; nested ones in `fields`."""

    name: str
    type: str = ""
    description: str = ""
    fields: list["Field"] = field(default_factory=list)


def mapping(facets: Facets, key: str) -> dict:
    value = facets[key].value if key in facets else None
    return value if isinstance(value, dict) else {}


def entries(value) -> list[dict]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def text(value) -> str:
    """A scalar as text; "" for what is none."""
    if value is None or isinstance(value, (dict, list)):
        return ""
    return str(value)


def schema(facets: Facets) -> list[Field]:
    """The columns of the schema facet."""
    return columns(mapping(facets, "schema").get("fields"))


def columns(value, depth: int = 0) -> list[Field]:
    if depth == MAX_DEPTH:
        return []
    return [
        Field(
            text(each.get("name")),
            text(each.get("type")),
            text(each.get("description")),
            columns(each.get("fields"), depth + 1),
        )
        for each in entries(value)
    ]


def owners(facets: Facets) -> list[tuple[str, str]]:
    """(who, as what) of the ownership facet."""
    found = entries(mapping(facets, "ownership").get("owners"))
    return [(text(each.get("name")), text(each.get("type"))) for each in found if text(each.get("name"))]


def documentation(facets: Facets) -> str:
    return text(mapping(facets, "documentation").get("description"))


def storage(facets: Facets) -> str:
    """Storage layer and file format: "iceberg, parquet"."""
    said = mapping(facets, "storage")
    return ", ".join(filter(None, (text(said.get("storageLayer")), text(said.get("fileFormat")))))


def source(facets: Facets) -> str:
    """The data source's name and address."""
    said = mapping(facets, "dataSource")
    parts = dict.fromkeys(filter(None, (text(said.get("name")), text(said.get("uri")))))
    return ", ".join(parts)


def pairs(facets: Facets, key: str, *inside: str) -> list[tuple[str, str]]:
    """(name, value) of a facet's scalars, or of the mapping `inside` it."""
    value = mapping(facets, key)
    for name in inside:
        value = value.get(name)
        value = value if isinstance(value, dict) else {}
    return [(name, text(said)) for name, said in value.items() if not name.startswith("_") and text(said)]


def parameters(facets: Facets) -> list[tuple[str, str]]:
    """Of the executionParameters facet, (name, value); the same of a model's hyperparameters."""
    found = entries(mapping(facets, "executionParameters").get("parameters"))
    return [(text(each.get("name") or each.get("key")), text(each.get("value"))) for each in found]


def error(facets: Facets) -> tuple[str, str]:
    """(message, stack trace) of the errorMessage facet."""
    said = mapping(facets, "errorMessage")
    return text(said.get("message")), text(said.get("stackTrace"))


def tracked(facets: Facets) -> dict[str, str]:
    """The scalars of lc_workload, filled up from the standard facets that say the same."""
    said = dict(pairs(facets, OUR_WORKLOAD))
    engine = mapping(facets, "processing_engine")
    if text(engine.get("name")).lower() == "ray":
        said.setdefault("rayVersion", text(engine.get("version")))
    elif text(engine.get("name")):
        said.setdefault("engine", f"{text(engine.get('name'))} {text(engine.get('version'))}".strip())
    return said
