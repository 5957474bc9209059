"""What a write of Ray Data wrote: rows, schema and version. The schema is known to the tasks only, and comes back in
the block of counts that each of them returns."""

import json
from dataclasses import dataclass, field
from typing import Any

from ..events import Operation
from . import ray_plan

COLUMN = "lineage_schema"


@dataclass
class WrittenResult:
    """`schema` is the first non-empty one."""

    rows: int = 0
    schema: list[dict[str, Any]] = field(default_factory=list)

    def add(self, blocks: list[Any]) -> None:
        for block in blocks:
            self.rows += int(block["num_rows"].sum())
            if not self.schema and COLUMN in block:
                self.schema = json.loads(block[COLUMN][0])


def collect_schema(call):
    """Around generate_collect_write_stats_fn. What runs on the worker must not need this package: a nested function
    that refers to nothing outside of it is sent by value."""
    yield
    transform = call.result
    name = "_fn" if hasattr(transform, "_fn") else "_block_fn"
    count = getattr(transform, name)

    def count_and_tell_schema(blocks, context):
        import json

        told = []

        def each():
            for block in blocks:
                schema = getattr(block, "schema", None)
                if not told and schema is not None:
                    told.extend({"name": str(f.name), "type": str(f.type)[:500]} for f in list(schema)[:2000])
                elif not told and hasattr(block, "dtypes"):
                    told.extend({"name": str(n), "type": str(t)[:500]} for n, t in list(block.dtypes.items())[:2000])
                yield block

        for counts in count(each(), context):
            counts["lineage_schema"] = [json.dumps(told)]
            yield counts

    setattr(transform, name, count_and_tell_schema)


def finish_write(operation: Operation, sink: Any, result: WrittenResult) -> None:
    """Adds the output, committed by now."""
    source = ray_plan.Source(ray_plan.format_of(sink))
    ray_plan.describe(sink, source)
    source.schema = result.schema or source.schema
    if source.format == "delta":
        source.version = delta_version(sink)
    for made in source.datasets():
        made.more["outputStatistics"] = {"rowCount": result.rows}
        operation.wrote(made)
    if source.sql:
        operation.job_facets["sql"] = {"query": without_values(source.sql)}


def delta_version(sink: Any) -> str:
    from deltalake import DeltaTable

    return str(DeltaTable(sink._path, storage_options=sink._storage_options).version())


def without_values(sql: str) -> str:
    """Texts and numbers in it may be data."""
    import re

    return re.sub(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b", "?", sql)
