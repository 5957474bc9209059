"""What flows into what, where an event says so: the lineage facet, else column lineage. Pure.

Both are read into links between an input and an output; a lineage facet may name jobs at either end.
"""

from collections.abc import Iterator
from typing import Any

from lineage.kinds import Basis, Entity
from lineage.observation import FlowSeen, Ref

from .identities import Places, job

Column = tuple[str, ...]  # observation.FlowSeen.columns
MASKED = "masked"


class Flows:
    """Collects flows: one for each input, output and basis, with its columns sorted: the order of an object's keys
    says nothing."""

    def __init__(self):
        self.columns: dict[tuple[Ref, Ref, Basis], set[Column]] = {}

    def add(self, source: Ref, target: Ref, basis: Basis, column: Column | None = None) -> None:
        columns = self.columns.setdefault((source, target, basis), set())
        if column and (column[0] or column[1]):
            columns.add(column)

    def seen(self) -> list[FlowSeen]:
        return [
            FlowSeen(source, target, basis, [list(column) for column in sorted(columns)])
            for (source, target, basis), columns in self.columns.items()
        ]


def items(value: Any) -> Iterator[dict]:
    """The objects of an array; nothing where it is none."""
    if type(value) is list:
        for item in value:
            if type(item) is dict:
                yield item


def fields(value: Any) -> Iterator[tuple[str, dict]]:
    if type(value) is dict:
        for name, item in value.items():
            if type(item) is dict:
                yield name, item


def word(item: dict, key: str) -> str:
    value = item.get(key)
    return value if type(value) is str else ""


def transformations(item: dict, column: dict | None = None) -> list[Column]:
    """(type, subtype, description, "masked") of each, without what is not said at the end; an older facet says it of
    the output column, once for all of its inputs."""
    found = [said(each, "type", "description") for each in items(item.get("transformations"))]
    if not found or not found[0][0]:
        older = said(column or {}, "transformationType", "transformationDescription")
        found = found or [older]
        found[0] = (found[0][0] or older[0], *(found[0][1:] or older[1:]))
    return found


def said(item: dict, type: str, description: str) -> Column:
    masked = MASKED if item.get("masking") is True else ""
    told = [word(item, type), word(item, "subtype"), word(item, description), masked]
    while len(told) > 1 and not told[-1]:
        told.pop()
    return tuple(told)


def dataset_ref(item: dict, places: Places) -> Ref | None:
    namespace, name = word(item, "namespace"), word(item, "name")
    if not namespace or not name or namespace.isspace() or name.isspace():
        return None
    return places.dataset(namespace, name)[0]


def column_lineage(facet: Any, target: Ref, places: Places, flows: Flows) -> None:
    """`fields` say which columns an output column is made of, `dataset` what the whole output depends on."""
    if type(facet) is not dict:
        return
    for name, column in fields(facet.get("fields")):
        for item in items(column.get("inputFields")):
            if source := dataset_ref(item, places):
                for how in transformations(item, column):
                    flows.add(source, target, Basis.COLUMN_LINEAGE, (word(item, "field"), name, *how))
    for item in items(facet.get("dataset")):
        if source := dataset_ref(item, places):
            for how in transformations(item):
                flows.add(source, target, Basis.COLUMN_LINEAGE, (word(item, "field"), "", *how))


class Lineage:
    """Reads a lineage facet. `own` is the node that an entry without an identity stands for, and `own_job` the
    identity of the event's job, which may be an operation of it."""

    def __init__(self, own: Ref, own_job: Ref, places: Places):
        self.own = own
        self.own_job = own_job
        self.places = places
        self.flows = Flows()
        self.inputs: dict[Ref, None] = {}
        self.outputs: dict[Ref, None] = {}
        self.links: dict[tuple[Ref, Ref], None] = {}

    def read(self, facet: Any) -> bool:
        """Whether the facet has entries."""
        entries = list(items(facet.get("entries"))) if type(facet) is dict else []
        for entry in entries:
            if target := self.ref(entry):
                self.read_entry(entry, target)
        return bool(entries)

    def ref(self, item: dict) -> Ref | None:
        if word(item, "type").upper() != "JOB":
            return dataset_ref(item, self.places)
        namespace, name = word(item, "namespace"), word(item, "name")
        if not namespace and not name:
            return self.own
        ref = job(namespace, name) if namespace and name else None
        return self.own if ref == self.own_job else ref

    def read_entry(self, entry: dict, target: Ref) -> None:
        sources = False
        for column, item in columns_of(entry):
            if source := self.ref(item):
                sources = True
                for how in transformations(item):
                    self.link(source, target, (word(item, "field"), column, *how))
        if not sources and target.entity == Entity.DATASET:
            self.outputs[target] = None

    def link(self, source: Ref, target: Ref, column: Column) -> None:
        own = self.own
        if source.entity == target.entity == Entity.DATASET:
            self.inputs[source] = self.outputs[target] = None
            self.flows.add(source, target, Basis.LINEAGE, column)
        elif source == own and target.entity == Entity.DATASET:
            self.outputs[target] = None
        elif target == own and source.entity == Entity.DATASET:
            self.inputs[source] = None
        elif source != target:
            self.links[source, target] = None


def columns_of(entry: dict) -> Iterator[tuple[str, dict]]:
    """(output column or "", input) of an entry: its inputs, and those of its fields."""
    for item in items(entry.get("inputs")):
        yield "", item
    for name, column in fields(entry.get("fields")):
        for item in items(column.get("inputs")):
            yield name, item


def dataset_lineage(facet: Any, target: Ref, places: Places, flows: Flows) -> list[Ref]:
    """A dataset's own lineage facet: datasets that it is made of go to `flows`; returns the jobs that make it."""
    makers: dict[Ref, None] = {}
    for column, item in columns_of(facet if type(facet) is dict else {}):
        if word(item, "type").upper() != "JOB":
            if source := dataset_ref(item, places):
                for how in transformations(item):
                    flows.add(source, target, Basis.LINEAGE, (word(item, "field"), column, *how))
        elif word(item, "namespace") and word(item, "name"):
            makers[job(word(item, "namespace"), word(item, "name"))] = None
    return list(makers)
