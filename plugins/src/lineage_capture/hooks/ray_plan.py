"""What a plan of Ray Data reads and writes: the URIs as the user wrote them, formats, schemas, versions.

Read from logical operators, by names that differ between Ray's versions (2.53: `_datasource`, later `datasource`; from
2.55 Parquet is `ListFiles` and `ReadFiles`). Nothing here keeps a reference to an operator or changes one, but for
`stamp`: plain values only, for operators and datasources travel to workers that may not have this package.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from ..events import dataset
from ..naming import Place
from ..told import Dataset
from .ray_schema import Fields, fields_of
from .ray_sql import place_of_query

STAMP = "lineage_source"
MOST_PATHS = 50
# Names of datasources and sinks, without the ending, where they are not the format's.
FORMATS = {
    "arrowjson": "json",
    "pandasjson": "json",
    "imagefile": "image",
    "tfrecords": "tfrecord",
    "parquetbulk": "parquet",
    "huggingface": "huggingface",
}
OPERATIONS = {
    "image": "images",
    "tfrecord": "tfrecords",
    "video": "videos",
    "binary": "binary_files",
}
FILESYSTEMS = {"s3": "s3", "gcs": "gs", "abfs": "abfss", "hdfs": "hdfs"}
TABLES = ("iceberg", "delta", "hudi", "lance")
NO_DATA = ("range", "torch", "random_int_row")


@dataclass
class Source:
    """One thing that is read or written. `namespace` and `name` stand in for URIs where it has none (a table)."""

    format: str
    uris: list[str] = field(default_factory=list)
    namespace: str = ""
    name: str = ""
    schema: Fields = field(default_factory=list)
    version: str = ""
    # The catalog's namespace and the table's name in it.
    table: tuple[str, str] | None = None
    files: int | None = None
    size: int | None = None
    rows: int | None = None
    # Whether a filter is pushed down into it: rows are then not the dataset's.
    filtered: bool = False
    sql: str = ""

    @property
    def operation(self) -> str:
        return OPERATIONS.get(self.format, self.format)

    def datasets(self) -> list[Dataset]:
        """[] where nothing of it is captured (local paths)."""
        found = [dataset(uri) for uri in shortened(self.uris)]
        if self.name:
            source = {"name": self.namespace, "uri": Place(self.namespace, self.name).uri}
            found.append(Dataset(self.namespace, self.name, {"dataSource": source}))
        found = [each for each in found if each is not None]
        for each in found:
            each.facets |= self.facets(each)
        return found

    def facets(self, of: Dataset) -> dict[str, dict]:
        layer = self.format if self.format in TABLES else of.namespace.partition(":")[0]
        made: dict[str, dict] = {"storage": {"storageLayer": layer}}
        if self.format not in (*TABLES, "sql", "huggingface"):
            made["storage"]["fileFormat"] = self.format
        if self.schema:
            made["schema"] = {"fields": self.schema}
        if self.version:
            made["version"] = {"datasetVersion": self.version}
        if self.table:
            namespace, name = self.table
            made["symlinks"] = {"identifiers": [{"namespace": namespace, "name": name, "type": "TABLE"}]}
        return made


def shortened(uris: list[str]) -> list[str]:
    """Of many files the folder that they are all in."""
    if len(uris) <= MOST_PATHS:
        return uris
    first, last = min(uris), max(uris)
    same = next((i for i, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first))
    folder = first[:same].rpartition("/")[0]
    return [folder] if folder.partition("://")[2] or folder.startswith("/") else uris[:MOST_PATHS]


def attribute(of: Any, *names: str) -> Any:
    """The first of the attributes that is there and not None."""
    return next((value for name in names if (value := getattr(of, name, None)) is not None), None)


def kind(of: Any) -> str:
    """The name of an operator's or datasource's class."""
    return type(of).__name__


def format_of(source: Any) -> str:
    return format_named(kind(source))


def format_named(name: str) -> str:
    """CSVDatasource, ParquetV2 or _SQLDatasink -> csv, parquet, sql"""
    name = re.sub(r"Datasource|Datasink|Sink|V\d+$|_", "", name).lower()
    return FORMATS.get(name, name)


def walk(operators: list[Any]) -> Iterator[Any]:
    """Logical operators and all they depend on, each once, those first that come first in the program."""
    seen: set[int] = set()

    def visit(operator):
        if id(operator) in seen:
            return
        seen.add(id(operator))
        for each in attribute(operator, "input_dependencies", "_input_dependencies") or ():
            yield from visit(each)
        yield operator

    for operator in operators:
        yield from visit(operator)


def sources(operators: list[Any]) -> list[tuple[Any, Source]]:
    """(operator, what it reads) for each operator that reads."""
    found = []
    for operator in walk(operators):
        name = kind(operator)
        stamped = getattr(operator, STAMP, None)
        if stamped:
            found += [(operator, Source(**each)) for each in stamped]
        elif name == "Read":
            found += [(operator, each) for each in of_read(operator)]
        elif name == "ListFiles":
            found.append((reader_of(operator, operators), of_listing(operator, reader_of(operator, operators))))
    return found


def sink(operators: list[Any]) -> Any:
    """The datasink of the plan's Write, or None."""
    for operator in walk(operators):
        if kind(operator) == "Write":
            return attribute(operator, "datasink_or_legacy_datasource", "_datasink_or_legacy_datasource")
    return None


def is_limited(operators: list[Any]) -> bool:
    """Whether it looks at a part only: rows are not the dataset's."""
    return any(kind(each) == "Limit" or getattr(each, "per_block_limit", None) for each in walk(operators))


def reader_of(listing: Any, operators: list[Any]) -> Any:
    for operator in walk(operators):
        if kind(operator) == "ReadFiles" and listing in operator.input_dependencies:
            return operator
    return listing


def of_listing(listing: Any, reader: Any) -> Source:
    name = getattr(reader, "datasource_name", "") or next(iter(listing.file_extensions or ()), "")
    made = Source(format_named(name) or "parquet")
    made.uris = with_scheme(list(listing.source_paths), listing.filesystem)
    made.schema = fields_of(getattr(reader, "schema", None))
    made.filtered = bool(listing.predicate or getattr(getattr(reader, "scanner", None), "predicate", None))
    return made


def of_read(operator: Any) -> list[Source]:
    source = attribute(operator, "datasource", "_datasource")
    if stamped := getattr(source, STAMP, None):
        return [Source(**each) for each in stamped]
    made = Source(format_of(source))
    if made.format in NO_DATA:
        return []
    describe(source, made)
    known = operator.__dict__.get("_cached_output_metadata")
    made.schema = made.schema or fields_of(getattr(known, "schema", None))
    made.filtered = made.filtered or getattr(source, "_predicate_expr", None) is not None
    return [made] if made.uris or made.name else []


def describe(source: Any, made: Source) -> None:
    """Where the data of a datasource or a datasink is."""
    paths = attribute(source, "_source_paths", "unresolved_path", "_unresolved_path", "uris", "uri", "_table_uri")
    if made.format == "iceberg":
        iceberg(source, made)
    elif made.format == "delta":
        made.uris = [source._path]
    elif made.format in ("sql", "clickhouse", "mongo", "bigquery"):
        made.namespace, made.name = place_of_query(source, made.format)
        made.sql = getattr(source, "sql", "")
        made.filtered = True
    elif paths:
        paths = [paths] if isinstance(paths, str) or not isinstance(paths, list | tuple) else list(paths)
        made.uris = with_scheme(paths, attribute(source, "_filesystem", "filesystem"))
        sizes(source, made)


def sizes(source: Any, made: Source) -> None:
    """Of the files, as Ray listed them; None where it does not know all."""
    listed = source._file_sizes() if hasattr(source, "_file_sizes") else []
    listed = list(listed or [])
    if listed:
        made.files = len(listed)
        made.size = int(sum(listed)) if all(size is not None for size in listed) else None


def iceberg(source: Any, made: Source) -> None:
    """The table's location is its identity; its name in the catalog another one for it."""
    table = getattr(source, "_table", None)
    made.table = (f"iceberg://{source._catalog_name}", str(source.table_identifier))
    if table is None:
        return
    metadata = table.metadata
    made.uris = [metadata.location]
    made.schema = [{"name": each.name, "type": str(each.field_type)} for each in table.schema().fields]
    chosen = getattr(source, "_scan_kwargs", {}).get("snapshot_id")
    snapshot = chosen or metadata.current_snapshot_id
    made.version = str(snapshot) if snapshot is not None else ""


def with_scheme(paths: list[Any], filesystem: Any) -> list[str]:
    """Paths of a file system that the user gave have no scheme: they get it."""
    while filesystem is not None and hasattr(filesystem, "unwrap"):
        filesystem = filesystem.unwrap()
    name = str(getattr(filesystem, "type_name", "")).removeprefix("py::fsspec+")
    scheme = next((scheme for key, scheme in FILESYSTEMS.items() if re.search(rf"\b{key}\b", name)), "")
    paths = [str(path) for path in paths]
    return [path if "://" in path or not scheme else f"{scheme}://{path.lstrip('/')}" for path in paths]


def stamp(on: Any, found: list[Source]) -> None:
    """Leaves what was read on an operator or datasource that does not know it any more."""
    if found:
        object.__setattr__(on, STAMP, [asdict(each) for each in found])
