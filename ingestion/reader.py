"""A tree of plain values to an Event; what is wrong and what is odd is collected with its path. Pure."""

import re
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from lineage.observation import Shared

from . import moments
from .event import Dataset, Event
from .pieces import NONE, Described, Reported

EVENT_TYPES = {"START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"}
LONGEST_NAME = 65_536
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
PLAIN_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
BARE_UUID = re.compile(r"[0-9a-fA-F]{32}")
DELETED = {"_deleted": True}


def run_uuid(text: str) -> tuple[str, str]:
    """(UUID, the text where it is not written as a UUID). Text that is none gives the same UUID each time."""
    if PLAIN_UUID.fullmatch(text):
        return text, ""
    if PLAIN_UUID.fullmatch(text.lower()):
        return text.lower(), ""
    if BARE_UUID.fullmatch(text):
        return str(UUID(text)), text
    return str(uuid5(NAMESPACE_URL, text)), text


class Reader:
    """Reads one event and collects what is wrong with it (errors) and what is odd (warnings)."""

    __slots__ = ("errors", "warnings")

    def __init__(self, warnings: list[str]):
        self.errors: list[tuple[str, str]] = []
        self.warnings = warnings

    def event(self, tree: dict) -> Event | None:
        kind = self.kind(tree)
        at = self.time(tree.get("eventTime"))
        producer = self.header(tree)
        if not kind:
            return None
        event = Event(kind, at, self.warnings, producer=producer)
        if kind == "dataset":
            event.dataset = self.dataset(tree["dataset"], "$.dataset", "")
            return event
        if kind == "run":
            event.event_type = self.event_type(tree.get("eventType"))
            self.run(tree["run"], event)
        self.job(tree["job"], event)
        event.inputs = self.datasets(tree, "inputs", "inputFacets")
        event.outputs = self.datasets(tree, "outputs", "outputFacets")
        return event

    def kind(self, tree: dict) -> str:
        run, job = tree.get("run") is not None, tree.get("job") is not None
        if run and job:
            return "run"
        dataset = tree.get("dataset") is not None
        if dataset and job:
            self.errors.append(("$", "has a job and a dataset, but no run: neither a JobEvent nor a DatasetEvent"))
        elif dataset:
            return "dataset"
        elif job:
            return "job"
        else:
            self.errors.append(("$.job", "missing"))
        return ""

    def time(self, value: Any) -> datetime | None:
        if type(value) is not str:
            self.errors.append(("$.eventTime", "missing" if value is None else "must be a text"))
            return None
        try:
            at, warning = moments.read(value)
        except ValueError as error:
            self.errors.append(("$.eventTime", str(error)))
            return None
        if warning:
            self.warnings.append(f"$.eventTime: {warning}")
        return at

    def header(self, tree: dict) -> str:
        producer = tree.get("producer")
        if type(producer) is not str:
            self.warnings.append("$.producer: " + ("missing" if producer is None else "not a text"))
            producer = ""
        elif not URI.fullmatch(producer):
            self.warnings.append("$.producer: not a URI")
        if type(tree.get("schemaURL")) is not str:
            self.warnings.append("$.schemaURL: missing")
        return producer

    def event_type(self, value: Any) -> str:
        if value is None:
            return ""
        if type(value) is str:
            if value in EVENT_TYPES:
                return value
            if value.upper() in EVENT_TYPES:
                self.warnings.append("$.eventType: not in upper case")
                return value.upper()
        self.errors.append(("$.eventType", "must be one of START, RUNNING, COMPLETE, ABORT, FAIL, OTHER"))
        return ""

    def run(self, value: Any, event: Event) -> None:
        if type(value) is not dict:
            self.errors.append(("$.run", "must be an object"))
            return
        text = self.name(value.get("runId"), "$.run", "runId")
        if text:
            event.run_id, event.external_run_id = run_uuid(text)
            if event.external_run_id:
                self.warnings.append("$.run.runId: not a UUID")
        event.run_facets = self.facets(value, "$.run", "facets")

    def job(self, value: Any, event: Event) -> None:
        if type(value) is not dict:
            self.errors.append(("$.job", "must be an object"))
            return
        event.job_namespace = self.name(value.get("namespace"), "$.job", "namespace")
        event.job_name = self.name(value.get("name"), "$.job", "name")
        event.job_facets = self.facets(value, "$.job", "facets", tombstones=True)

    def name(self, value: Any, path: str, key: str) -> str:
        if type(value) is str and value and not value.isspace():
            if len(value) > LONGEST_NAME:
                self.errors.append((f"{path}.{key}", f"longer than {LONGEST_NAME} characters"))
            return value
        message = "missing" if value is None else "must be a text"
        self.errors.append((f"{path}.{key}", "must not be empty" if type(value) is str else message))
        return ""

    def datasets(self, tree: dict, key: str, more: str) -> list[Dataset]:
        values = tree.get(key)
        if type(values) is list:
            return [self.dataset(value, f"$.{key}[{i}]", more) for i, value in enumerate(values)]
        if values is not None:
            self.errors.append((f"$.{key}", "must be an array"))
        elif key in tree:
            self.warnings.append(f"$.{key}: null, read as an empty array")
        return []

    def dataset(self, value: Any, path: str, more: str) -> Dataset | None:
        if type(value) is Reported:
            known = self.described(value.dataset, path, more)
            return known if value.statistics is NONE else self.reported(known, value.statistics, path, more)
        if type(value) is not dict:
            self.errors.append((path, "must be an object"))
            return None
        return Dataset(
            self.name(value.get("namespace"), path, "namespace"),
            self.name(value.get("name"), path, "name"),
            self.facets(value, path, "facets", tombstones=True),
            self.facets(value, path, more) if more in value else {},
        )

    def reported(self, known: Dataset | None, statistics: Any, path: str, more: str) -> Dataset | None:
        """A dataset with its statistics in a run."""
        said = self.facets({more: statistics}, path, more)
        return known and Dataset(known.namespace, known.name, known.facets, said, known.classified)

    def described(self, piece: Described, path: str, more: str) -> Dataset | None:
        """What is made of a dataset is kept with it, where there was nothing to note."""
        if piece.known is None:
            noted = len(self.warnings) + len(self.errors)
            made = self.dataset(piece.tree, path, more)
            if noted < len(self.warnings) + len(self.errors):
                return made
            piece.known = made
        return piece.known

    def facets(self, owner: dict, path: str, key: str, tombstones: bool = False) -> dict[str, Any]:
        facets = owner.get(key)
        if type(facets) is Shared:
            return self.shared(facets, path, key, tombstones)
        if not facets and (facets is None or type(facets) is dict):
            if key in owner and facets is None:
                self.warnings.append(f"{path}.{key}: null, read as an empty object")
            return {}
        if type(facets) is not dict:
            self.errors.append((f"{path}.{key}", "must be an object"))
            return {}
        return settled(facets, tombstones) if self.odd(facets, path, key, tombstones) else facets

    def shared(self, facets: Shared, path: str, key: str, tombstones: bool) -> dict[str, Any]:
        """Facets that were looked through before without a note need not be again."""
        if facets.clean:
            return facets
        noted = len(self.warnings)
        if self.odd(facets, path, key, tombstones):
            return settled(facets, tombstones)
        facets.clean = noted == len(self.warnings)
        return facets

    def odd(self, facets: dict[str, Any], path: str, key: str, tombstones: bool) -> bool:
        """Whether the facets need to be settled. Notes what is out of the ordinary."""
        odd = False
        for name, facet in facets.items():
            if type(facet) is not dict:
                odd = odd or facet is None
                self.warnings.append(
                    f"{path}.{key}.{name}: " + ("null, left out" if facet is None else "not an object")
                )
            elif "_producer" not in facet or "_schemaURL" not in facet:
                self.warnings.append(f"{path}.{key}.{name}: no _producer or no _schemaURL")
            if tombstones and type(facet) is dict and facet.get("_deleted") is True:
                odd = True
        return odd


def settled(facets: dict[str, Any], tombstones: bool) -> dict[str, Any]:
    """Without nulls, and with bare tombstones."""
    return {
        name: DELETED if tombstones and type(facet) is dict and facet.get("_deleted") is True else facet
        for name, facet in facets.items()
        if facet is not None
    }
