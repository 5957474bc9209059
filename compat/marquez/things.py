"""The datasets and jobs that names and node ids mean, and what clients deleted of them."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from ingestion import identities
from lineage import queries
from lineage.identity import last_stamp
from lineage.inventory import known
from lineage.kinds import Entity
from lineage.models import Node, NodeFacets, Run, RunIO, Sighting
from lineage.observation import Ref

from .models import Hidden

WORDS = {"dataset": Entity.DATASET, "job": Entity.JOB}


def ref_of(entity: Entity, namespace: str, name: str) -> Ref:
    """As events are read: `s3a://b` is `s3://b`."""
    return identities.dataset(namespace, name)[0] if entity == Entity.DATASET else Ref(entity, namespace, name)


def find(viewer, entity: Entity, namespace: str, name: str) -> Node:
    """Under the name that was asked for. Raises Http404."""
    ref = ref_of(entity, namespace, name)
    node = queries.identified(viewer, *ref)
    if node is None:
        kind = _("Dataset") if entity == Entity.DATASET else _("Job")
        raise Http404(
            _("%(kind)s “%(name)s” not found in namespace “%(namespace)s”.") % {"kind": kind, **ref._asdict()}
        )
    return node


def of_node_id(viewer, text: str) -> tuple[Node, str]:
    """(the node, the rest of the id) of `dataset:NAMESPACE:NAME`, `job:…` or `datasetField:NAMESPACE:NAME:FIELD`.

    Namespaces and names hold colons of their own; what the store knows decides where they part. Raises Http404.
    """
    word, _colon, rest = text.partition(":")
    entity = WORDS.get("dataset" if word == "datasetField" else word)
    parts = rest.split(":")
    splits = splits_of(parts, word == "datasetField") if entity else []
    refs = [(ref_of(entity, namespace, name), field) for namespace, name, field in splits]
    found = known(viewer, [ref for ref, _field in refs])
    for ref, field in refs:
        if ref in found:
            return find(viewer, *ref), field
    raise Http404(_("Node “%s” not found.") % text)


def splits_of(parts: list[str], with_field: bool) -> list[tuple[str, str, str]]:
    """The (namespace, name, field) that these parts may mean, likeliest first: as Marquez splits them (a colon before
    `//` or digits belongs to the namespace), then the shorter namespaces, then fields with colons."""
    count = len(parts)
    ends = range(2, count) if with_field else [count]
    found = [
        (":".join(parts[:at]), ":".join(parts[at:end]), ":".join(parts[end:]))
        for end in sorted(ends, reverse=True)
        for at in range(1, end)
    ]
    found = [split for split in found[:1000] if split[0] and split[1] and (split[2] or not with_field)]
    found.sort(key=lambda split: continues(split[1]))
    return found


def continues(name: str) -> bool:
    """Whether the colon before the name is likelier one of the namespace."""
    return name.startswith("//") or name.split(":")[0].split("/")[0].isdigit()


def delete(viewer, ids: QuerySet | list[int], at: datetime) -> None:
    """Hides these nodes, wherever the viewer sees them."""
    seen = queries.within(viewer, Sighting.objects.filter(node__in=ids)).values_list("node", "project")
    stamp = last_stamp(at)
    rows = [Hidden(node_id=node, project_id=project, at=at, stamp=stamp) for node, project in seen.iterator()]
    Hidden.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["node", "project"], update_fields=["at", "stamp"], batch_size=1000
    )


def undeleted(viewer, rows: QuerySet, node: str = "pk") -> QuerySet:
    """Of rows that name a node in `node`: those of which some sighting that the viewer may see was not deleted, or was
    spoken of since."""
    if not queries.within(viewer, Hidden.objects.all()).exists():
        return rows
    place = {"node": OuterRef("node"), "project": OuterRef("project")}
    since = (
        Exists(Run.objects.filter(workload=OuterRef("node"), project=OuterRef("project"), first_at__gt=OuterRef("at"))),
        Exists(RunIO.objects.filter(**place, first_at__gt=OuterRef("at"))),
        Exists(NodeFacets.objects.filter(**place, stamp__gt=OuterRef("stamp"))),
    )
    gone = Hidden.objects.filter(*(~each for each in since), **place)
    seen = queries.within(viewer, Sighting.objects.filter(~Exists(gone), node=OuterRef(node), hidden=False))
    return rows.filter(Exists(seen))
