"""Schemas of Ray Data, Arrow and pandas to the `schema` facet's fields. Pure; imports none of them."""

from typing import Any

Fields = list[dict[str, Any]]
MOST_FIELDS = 2000
LONGEST_TYPE = 500


def fields_of(schema: Any) -> Fields:
    """[{"name", "type", "fields"}] of a pyarrow Schema, a Ray Data Schema or its pandas stand-in; [] for none."""
    schema = getattr(schema, "base_schema", schema)
    if schema is None:
        return []
    names, types = list(getattr(schema, "names", ())), list(getattr(schema, "types", ()))
    pairs = zip(names[:MOST_FIELDS], types[:MOST_FIELDS], strict=False)
    return [field(str(name), type) for name, type in pairs]


def field(name: str, type: Any) -> dict[str, Any]:
    told = {"name": name, "type": str(type)[:LONGEST_TYPE]}
    if told["type"].startswith("struct<") and hasattr(type, "num_fields"):
        inner = [type.field(place) for place in range(type.num_fields)]
        told |= {"type": "struct", "fields": [field(each.name, each.type) for each in inner]}
    return told
