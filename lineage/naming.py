"""OpenLineage naming: (namespace, name) to the URI that people know, and back. Pure."""

import re
from urllib.parse import urlsplit

from .texts import visible

# Of two letters at least: `C:/data` is a path.
SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+:(//|/)")
# Schemes that are one store under several client names (the Java client folds by prefix, too).
FOLDED = {"s3a": "s3", "s3n": "s3", "abfs": "abfss", "wasb": "wasbs"}
# The part before @ is who asks (`s3://anonymous@bucket`), not where it is (`abfss://container@account`).
USERLESS = {"s3", "s3a", "s3n", "gs"}
OBJECT_STORES = {"s3", "gs", "abfss", "wasbs"}


def uri(namespace: str, name: str) -> str:
    """The URI of a dataset: `("s3://bucket", "a/b")` gives `s3://bucket/a/b`, `("file", "/a")` gives `file:///a`.

    A name that is a URI itself (`model://churn`) stands alone, whatever its namespace.
    """
    if SCHEME.match(name):
        return name
    if namespace == "file":
        return "file://" + name if name.startswith("/") else "file:" + name
    if "://" not in namespace:
        return f"{namespace}:{name}"
    if name == "/":
        return namespace
    return namespace.rstrip("/") + "/" + name.lstrip("/")


def fold(namespace: str) -> str:
    """One spelling for one store: `s3a://me@bucket` is `s3://bucket`, `file://` is `file`."""
    scheme, colon, rest = namespace.partition("://")
    if not colon:
        return namespace
    if scheme == "file" and not rest.strip("/"):
        return "file"
    if scheme in USERLESS:
        rest = rest.rpartition("@")[2]
    return FOLDED.get(scheme, scheme) + colon + rest


def label(name: str) -> str:
    """A name without its scheme: `model://churn` and `models:/churn` are `churn`, `a/b.csv` stays. Of a path from the
    root of a file system the last two parts: `/home/ana/lake/db/orders` is `db/orders`. It can always be seen."""
    telling = "/".join(name.strip("/").split("/")[-2:]) if name.startswith("/") else SCHEME.sub("", name)
    return visible(telling or name)


def split(uri: str) -> tuple[str, str]:
    """A URI to (namespace, name) by OpenLineage's rules for file systems; query and fragment are dropped."""
    parts = urlsplit(uri)
    scheme = FOLDED.get(parts.scheme, parts.scheme)
    if scheme in ("", "file") and not parts.netloc:
        return "file", parts.path.rstrip("/") or "/"
    namespace = fold(f"{scheme}://{parts.netloc}")
    if scheme in OBJECT_STORES:
        return namespace, parts.path.strip("/") or "/"
    return namespace, parts.path.rstrip("/") or "/"
