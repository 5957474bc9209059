"""What a dataset is: its kind and its fine type, by tables. Pure.

To teach a new format, scheme or facet, add a line to a table here.
"""

import re
from functools import lru_cache
from typing import Any

from lineage.kinds import Kind

LONGEST_TYPE = 100


def words(text: str) -> list[str]:
    return text.split()


# Scheme (of the name, else of the namespace) -> kind and type. The first that fits wins.
SCHEMES = {
    "model:": (Kind.MODEL, "model"),
    "models:": (Kind.MODEL, "model"),
    "runs:": (Kind.MODEL, "model"),
    "mlflow:": (Kind.MODEL, "model"),
    "mlflow-artifacts:": (Kind.ARTIFACT, "artifact"),
    "deployment:": (Kind.ENDPOINT, "endpoint"),
    "iceberg:": (Kind.DATASET, "iceberg"),
    "delta:": (Kind.DATASET, "delta"),
    "hudi:": (Kind.DATASET, "hudi"),
    "lance:": (Kind.DATASET, "lance"),
    "hf:": (Kind.DATASET, "huggingface"),
    "huggingface:": (Kind.DATASET, "huggingface"),
    "kafka:": (Kind.DATASET, "topic"),
    "inmemory:": (Kind.DATASET, "memory"),
    "mongodb:": (Kind.DATASET, "collection"),
    "milvus:": (Kind.DATASET, "collection"),
    "azurecosmos:": (Kind.DATASET, "collection"),
}
TABLE_STORES = """
    postgres postgresql mysql mssql sqlserver oracle db2 crate hive teradata oceanbase cassandra trino presto
    snowflake redshift awsathena athena azurekusto spanner unitycatalog fabric-warehouse clickhouse databricks
    duckdb sqlite bigquery
"""
SCHEMES |= {f"{store}:": (Kind.DATASET, "table") for store in words(TABLE_STORES)}
# Namespaces that are a word, or that start like no scheme.
NAMESPACES = {"bigquery": "table", "pubsub": "topic"}

# Names of file formats, and file extensions, under one name.
FORMATS = {
    "pq": "parquet",
    "jsonl": "json",
    "ndjson": "json",
    "json lines": "json",
    "txt": "text",
    "log": "text",
    "tfrecords": "tfrecord",
    "npy": "numpy",
    "npz": "numpy",
    "pkl": "pickle",
    "h5": "hdf5",
    "hdf": "hdf5",
    "feather": "arrow",
    "ipc": "arrow",
    "xls": "excel",
    "xlsx": "excel",
    "yml": "yaml",
    "htm": "html",
    "bin": "binary",
    "pt": "pytorch",
    "pth": "pytorch",
    "ckpt": "checkpoint",
    "db": "sqlite",
    "images": "image",
    "videos": "video",
    "delta lake": "delta",
    "deltalake": "delta",
    "apache iceberg": "iceberg",
    **dict.fromkeys(words("jpg jpeg png gif bmp tif tiff webp svg heic"), "image"),
    **dict.fromkeys(words("mp3 wav flac ogg m4a aac opus"), "audio"),
    **dict.fromkeys(words("mp4 avi mov mkv webm m4v mpg mpeg"), "video"),
}
KNOWN_EXTENSIONS = """
    csv tsv json parquet avro orc arrow lance text tfrecord pickle joblib onnx safetensors keras gguf hdf5 zarr xml
    yaml html pdf md zip tar sqlite mat sql delta iceberg
"""
EXTENSIONS = FORMATS | {name: name for name in words(KNOWN_EXTENSIONS)}
COMPRESSED = re.compile(r"\.(?:gz|gzip|bz2|zst|zstd|snappy|lz4|xz|br)$")
DIRECTORIES = {
    **dict.fromkeys(("images", "imgs", "photos", "pictures"), "image"),
    **dict.fromkeys(("audio", "audios", "sounds"), "audio"),
    **dict.fromkeys(("videos", "clips"), "video"),
}
TABLE_FORMATS = {"iceberg", "delta", "hudi", "paimon", "lance"}

# Facet (or the start of its key, where it ends in *) -> kind and type. The first that fits wins.
FACETS = {
    "lc_model": (Kind.MODEL, "model"),
    "model": (Kind.MODEL, "model"),
    "feast_featureService": (Kind.MODEL, "feature service"),
    "feast_featureView": (Kind.DATASET, "feature view"),
    "feast_entity": (Kind.DATASET, "entity"),
    "mlflow_dataset*": None,
    "mlflow*": (Kind.MODEL, "model"),
}
RANKED = [*FACETS.values(), None]

Facets = dict[str, Any]


def classify(namespace: str, name: str, facets: Facets) -> tuple[Kind, str, bool]:
    """(kind, fine type or "", whether a facet declares the type rather than the name suggesting it)."""
    kind, type = by_name(namespace, name)
    if not facets:
        return kind, type, False
    declared = declared_type(facets)
    if declared.startswith("model"):
        return Kind.MODEL, declared, True
    model = facets.get("lc_model")
    if isinstance(model, dict) and model.get("artifact") is True:
        return Kind.ARTIFACT, file_format(facets) or "artifact", True
    if kind is not Kind.DATASET:
        return kind, type, False
    said = RANKED[min(map(rank, facets))]
    if said:
        return *said, True
    told = file_format(facets) or layer(facets) or declared or linked_type(facets)
    if told:
        return Kind.DATASET, told, True
    if type:
        return Kind.DATASET, type, False
    return Kind.DATASET, by_source(facets), False


@lru_cache(maxsize=1024)
def rank(key: str) -> int:
    """The place in FACETS of the first line that fits a facet's key; beyond the last where none does."""
    for place, pattern in enumerate(FACETS):
        if key == pattern or (pattern.endswith("*") and key.startswith(pattern[:-1])):
            return place
    return len(FACETS)


def word(facets: Facets, key: str, field: str) -> str:
    """A facet's field in lower case, cut to LONGEST_TYPE; "" where either is missing or no text."""
    return text_of(facets, key, field)[:LONGEST_TYPE].lower()


def text_of(facets: Facets, key: str, field: str) -> str:
    facet = facets.get(key)
    value = facet.get(field) if type(facet) is dict else None
    return value.strip() if type(value) is str else ""


def declared_type(facets: Facets) -> str:
    return word(facets, "datasetType", "datasetType")


def file_format(facets: Facets) -> str:
    said = word(facets, "storage", "fileFormat")
    return FORMATS.get(said, said)


def layer(facets: Facets) -> str:
    """The table format, where the storage or the catalog names one; "table" for another catalog."""
    for key, field in (("storage", "storageLayer"), ("catalog", "framework"), ("catalog", "type")):
        said = word(facets, key, field)
        said = FORMATS.get(said, said)
        if said in TABLE_FORMATS:
            return said
    return "table" if type(facets.get("catalog")) is dict and not declared_type(facets) else ""


def linked_type(facets: Facets) -> str:
    facet = facets.get("symlinks")
    links = facet.get("identifiers") if type(facet) is dict else None
    if type(links) is list and links and type(links[0]) is dict and type(links[0].get("type")) is str:
        return links[0]["type"].strip().lower()[:LONGEST_TYPE]
    return ""


def by_source(facets: Facets) -> str:
    uri = text_of(facets, "dataSource", "uri")
    scheme, _, rest = uri.partition("://")
    kind, said = by_name(uri, rest or scheme)
    return said if kind is Kind.DATASET else ""


def by_name(namespace: str, name: str) -> tuple[Kind, str]:
    """What scheme, namespace and extension suggest."""
    return suggested(namespace[:40], name[:40], name[-200:])


@lru_cache(maxsize=8192)
def suggested(namespace: str, start: str, end: str) -> tuple[Kind, str]:
    for text in (start, namespace):
        scheme, colon, rest = text.partition(":")
        said = SCHEMES.get(scheme.lower() + ":") if colon and rest.startswith("/") else None
        if said:
            return said
    return Kind.DATASET, NAMESPACES.get(namespace) or by_extension(end)


def by_extension(name: str) -> str:
    """The format that a path's end tells: `a/b.csv.gz` is csv, `train/images/` image."""
    last = name.rstrip("/").rsplit("/", 1)[-1].lower()
    stem = COMPRESSED.sub("", last)
    _, dot, extension = stem.rpartition(".")
    if dot:
        return EXTENSIONS.get(extension, "")
    return DIRECTORIES.get(last, "")
