"""Which node a dataset of an event is, and which version of it. Pure."""

import re
from functools import lru_cache, wraps
from typing import Any

from lineage import naming
from lineage.kinds import Entity
from lineage.observation import Ref

from .parse import Dataset

LOGGED_MODEL = re.compile(r"models:/+(m-[0-9a-f]{32})", re.IGNORECASE)
REGISTERED_MODEL = re.compile(r"models:/+([^/@]+)(?:/([^/@]+)|@[^/@]+)")
RUN_ARTIFACT = re.compile(r"runs:/+(.+)")
LONGEST_REMEMBERED = 1000
CLUSTER_STORAGE = "/mnt/cluster_storage"
SHARED_STORAGE = "/mnt/shared_storage"
# Where each kind of report keeps the version that was read or written.
REPORTS = ("icebergScanReport", "icebergCommitReport")


def remembered(function):
    """Keeps the answers for names of ordinary length."""
    cached = lru_cache(maxsize=8192)(function)

    @wraps(function)
    def answer(namespace: str, name: str):
        return (cached if len(name) + len(namespace) < LONGEST_REMEMBERED else function)(namespace, name)

    return answer


@remembered
def job(namespace: str, name: str) -> Ref:
    return Ref(Entity.JOB, namespace, name)


@remembered
def dataset(namespace: str, name: str) -> tuple[Ref, str]:
    """(the node, the version that the name carries or ""): `models:/churn/3` is version 3 of `models:/churn`."""
    namespace = naming.fold(namespace)
    version = ""
    if name.startswith(("models:/", "runs:/")):
        if logged := LOGGED_MODEL.fullmatch(name) or RUN_ARTIFACT.fullmatch(name):
            version = logged[1]
        elif registered := REGISTERED_MODEL.fullmatch(name):
            name = f"models:/{registered[1]}"
            version = registered[2] if registered[2] and registered[2].isdecimal() else ""
    return Ref(Entity.DATASET, namespace, name), version


class Places:
    """Whose local storage a path is on: a workload's and a cloud's, by their ids ("" if unknown)."""

    __slots__ = ("cloud", "workload")

    def __init__(self, workload: str, cloud: str):
        self.workload = workload
        self.cloud = cloud

    def dataset(self, namespace: str, name: str) -> tuple[Ref, str]:
        """As `dataset`, local paths of a cluster and a cloud being under the id of the workload and the cloud."""
        if namespace.startswith("file") and name.startswith("/mnt/"):
            namespace = self.local(namespace, name)
        return dataset(namespace, name)

    def local(self, namespace: str, name: str) -> str:
        if namespace != "file" and not namespace.startswith("file:/"):
            return namespace
        for folder, host in ((CLUSTER_STORAGE, self.workload), (SHARED_STORAGE, self.cloud)):
            if host and (name == folder or name.startswith(folder + "/")):
                return f"file://{host}"
        return namespace

    def of(self, seen: Dataset) -> tuple[Ref, str, Ref | None]:
        """(the node, the version or "", the node under its other name where a facet gives it one).

        A logged model is a version of its registered model, and known under both names.
        """
        ref, version = self.dataset(seen.namespace, seen.name)
        facets = seen.facets
        told = told_version(facets, seen.more)
        if told or version:
            registered = field(facets, "lc_model", "registeredName")
            if registered and ref.name.startswith(("models:/m-", "runs:/")):
                return dataset(ref.namespace, f"models:/{registered}")[0], told or version, ref
        return ref, told or version, None


def told_version(facets: dict[str, Any], more: dict[str, Any]) -> str:
    """The version that facets name, as text; "" where none does."""
    version = facets.get("version")
    if version is not None:
        if type(version) is dict:
            version = version.get("datasetVersion", version.get("version"))
        if text := plain(version):
            return text
    for report in REPORTS:
        if report in more and (text := field(more, report, "snapshotId")):
            return text
    if "custom" in facets:
        return custom_version(facets["custom"])
    return field(facets, "lc_model", "version") if "lc_model" in facets else ""


def custom_version(facet: Any) -> str:
    """Iceberg tables of Ray's lineage demo tell their version in the metadata of a facet of their own."""
    return field(facet, "metadata", "version") if type(facet) is dict else ""


def plain(value: Any) -> str:
    """A text or a number as text, else ""."""
    if type(value) is str:
        return value.strip()
    return str(value) if type(value) in (int, float) else ""


def field(facets: dict[str, Any], key: str, name: str) -> str:
    """A facet's field as text; "" where either is missing, or the field is neither a text nor a number."""
    facet = facets.get(key)
    return plain(facet.get(name)) if type(facet) is dict else ""


def first_owner(facets: dict[str, Any]) -> str:
    """The name of the ownership facet's first owner, or ""."""
    ownership = facets.get("ownership")
    owners = ownership.get("owners") if type(ownership) is dict else None
    if type(owners) is list and owners and type(owners[0]) is dict:
        return plain(owners[0].get("name"))
    return ""
