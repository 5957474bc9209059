"""OpenLineage naming: (namespace, name) to the URI that people know, and back. Pure."""

import re
from urllib.parse import urlsplit

SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:(//|/)")
# Schemes that are one store under several client names (the Java client folds by prefix, too).
FOLDED = {"s3a": "s3", "s3n": "s3", "abfs": "abfss", "wasb": "wasbs"}
OBJECT_STORES = {"s3", "gs", "abfss", "wasbs"}


def uri(namespace: str, name: str) -> str:
    """The URI of a dataset: `("s3://bucket", "a/b")` gives `s3://bucket/a/b`, `("file", "/a")` gives `file:///a`.

    A name that is a URI itself (`model://churn`) stands alone, whatever its namespace.
    """
    if SCHEME.match(name):
        return name
    if namespace == "file":
        return "file://" + name
    if "://" not in namespace:
        return f"{namespace}:{name}"
    if name == "/":
        return namespace
    return namespace.rstrip("/") + "/" + name.lstrip("/")


def fold(namespace: str) -> str:
    """`s3a://bucket` is `s3://bucket`."""
    scheme, colon, rest = namespace.partition("://")
    return FOLDED.get(scheme, scheme) + colon + rest


def label(name: str) -> str:
    """The last telling part of a name: `model://churn` is `churn`, `train/2024/a.csv` stays as it is."""
    return name.split("://", 1)[1] if SCHEME.match(name) and "://" in name else name


def split(uri: str) -> tuple[str, str]:
    """A URI to (namespace, name) by OpenLineage's rules for file systems; query and fragment are dropped."""
    parts = urlsplit(uri)
    scheme = FOLDED.get(parts.scheme, parts.scheme)
    if scheme in ("", "file") and not parts.netloc:
        return "file", parts.path.rstrip("/") or "/"
    namespace = f"{scheme}://{parts.netloc}"
    if scheme in OBJECT_STORES:
        return namespace, parts.path.strip("/") or "/"
    return namespace, parts.path.rstrip("/") or "/"
