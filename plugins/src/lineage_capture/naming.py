"""A URI, as a user writes it, to an OpenLineage namespace and name (openlineage.io/docs/spec/naming). Pure but for
the working directory. Credentials never get through.
"""

import os
import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from . import settings

CLUSTER_STORAGE = "/mnt/cluster_storage"
SHARED_STORAGE = "/mnt/shared_storage"
SCHEMES = {
    **dict.fromkeys(("s3a", "s3n"), "s3"),
    **dict.fromkeys(("gcs",), "gs"),
    **dict.fromkeys(("abfs", "az", "azure", "adl"), "abfss"),
    **dict.fromkeys(("huggingface",), "hf"),
}
# Their name is the path from the root, with its slash; that of objects in a bucket is a key without one.
ROOTED = {"hdfs", "dbfs", "viewfs", "webhdfs"}
SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]+:(?=/)")


@dataclass(frozen=True)
class Place:
    """Where data is: its OpenLineage identity."""

    namespace: str
    name: str

    @property
    def uri(self) -> str:
        if self.namespace.startswith("file"):
            return f"{self.namespace if '://' in self.namespace else 'file://'}{self.name}"
        return f"{self.namespace.rstrip('/')}/{self.name.lstrip('/')}"


def place_of(uri: str | os.PathLike, workload_id: str = "", cloud_id: str = "") -> Place | None:
    """None for a path of this machine's own disks, unless LINEAGE_CAPTURE_LOCAL_PATHS is on, and for no path at all.

    `workload_id` and `cloud_id` say whose /mnt/cluster_storage and /mnt/shared_storage it is.
    """
    text = os.fspath(uri)
    text = text.decode() if isinstance(text, bytes) else text
    text = text.strip()
    if not text:
        return None
    match = SCHEME.match(text)
    if not match or match[0].lower() in ("file:", "local:"):
        return local(text[match.end() :] if match else text, bool(match), workload_id, cloud_id)
    return remote(text)


def local(rest: str, is_uri: bool, workload_id: str, cloud_id: str) -> Place | None:
    """`rest` is a path, or what follows the scheme: `//host/path`, `///path` or `/path`."""
    if is_uri:
        split = urlsplit(rest)
        rest = split.path if rest.startswith("///") or not split.netloc else f"/{split.netloc}{split.path}"
        rest = unquote(rest)
    path = os.path.normpath(os.path.abspath(os.path.expanduser(rest)))
    for folder, owner in ((CLUSTER_STORAGE, workload_id), (SHARED_STORAGE, cloud_id)):
        if path == folder or path.startswith(folder + "/"):
            return Place(f"file://{owner}" if owner else "file", path)
    return Place("file", path) if settings.local_paths() else None


def remote(text: str) -> Place | None:
    """Any scheme with a host: the namespace is scheme and host (a bucket, container@account, host:port)."""
    split = urlsplit(text)
    scheme = SCHEMES.get(split.scheme.lower(), split.scheme.lower())
    host = split.netloc
    if "@" in host and scheme not in ("abfss", "wasbs"):
        host = host.rpartition("@")[2]
    elif ":" in host.partition("@")[0] and "@" in host:
        host = host.partition(":")[0] + "@" + host.rpartition("@")[2]
    path = re.sub(r"(?<!^)/{2,}", "/", unquote(split.path) if "%" in split.path else split.path).rstrip("/")
    name = path if scheme in ROOTED else path.lstrip("/")
    return Place(f"{scheme}://{host}", name or "/")
