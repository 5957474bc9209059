"""Reads nodes, runs and facets. Every function starts from what its viewer may see."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.http import Http404

from . import hindsight, past, past_lists, statements
from .bodies import Facet, laid, merged, of_runs, texts
from .bodies import said_at as said_at
from .identity import LARGEST_ID, node_key
from .kinds import DOWNSTREAM, UPSTREAM
from .models import Node, NodeFacets, Run, RunFacets, RunIO, Sighting, Symlink, Tombstone
from .observation import Ref

# direction: (the end that is this node, the end that is its neighbour)
ENDS = {UPSTREAM: ("target_root", "source_root"), DOWNSTREAM: ("source_root", "target_root")}


def within(viewer, rows: QuerySet) -> QuerySet:
    """The rows whose `project` the viewer may see, as of the viewer's moment; rows are of the viewer's organization
    already."""
    return past.visible(viewer, rows)


def listed(viewer, kinds: Iterable[int], projects: QuerySet | None = None, hidden: bool = False) -> QuerySet[Sighting]:
    """One sighting for each node of these kinds: the first among those that the viewer may see (in `projects`,
    where given). Includes technical ones: filter by `shown`; those that people have hidden only if `hidden`."""
    then = past.of(viewer)
    rows = past.until(viewer, Sighting.objects.filter(organization=viewer.organization))
    # Written out, in the order of the indexes' conditions: SQLite knows no partial index by parameters.
    some = [str(int(kind)) for kind in past_lists.kinds_now(viewer, rows, kinds)]
    rows = rows.filter(kind__in=RawSQL(", ".join(some), []))
    if projects is None and not viewer.sees_all:
        projects = viewer.all_projects()
    earlier = past.until(viewer, Sighting.objects.filter(root=OuterRef("root"))).filter(
        Q(created_at__lt=OuterRef("created_at")) | Q(created_at=OuterRef("created_at"), id__lt=OuterRef("id"))
    )
    if projects is not None:
        rows, earlier = rows.filter(project__in=projects), earlier.filter(project__in=projects)
    if not hidden:
        rows, earlier = rows.filter(hidden=False), earlier.filter(hidden=False)
    rows = past_lists.listed(viewer, rows, ~Exists(earlier), list(kinds)) if then else rows.filter(~Exists(earlier))
    return rows.select_related("node", "project__cloud")


def find(viewer, pk: int) -> Node:
    """The node that `pk` is or is joined to, by the name that the viewer knows it by.

    Raises Http404 where there is none or the viewer may not see it. `node.root_id` is its id in URLs.
    """
    return found(viewer, pk).node


def found(viewer, pk: int) -> Sighting:
    """As `find`, as the leading sighting."""
    seen = leading(statements.sightings_of(viewer, pk)) if pk <= LARGEST_ID else {}
    if not seen:
        raise Http404("No such resource, or it is in a cloud that you may not see.")
    return next(iter(seen.values()))


def sightings(viewer, root_ids: Iterable[int], hidden: bool = True) -> dict[int, Sighting]:
    """For each node: its first visible sighting, with the type and last run that were said last, and its
    `node` being the identity that was seen there. Without those that people have hidden if not `hidden`."""
    if then := past.of(viewer):
        return leading(row for row in then.sightings(root_ids) if hidden or not row.hidden)
    rows = within(viewer, Sighting.objects.filter(root__in=list(root_ids), organization=viewer.organization))
    rows = rows if hidden else rows.filter(hidden=False)
    return leading(rows.select_related("node", "project__cloud").order_by("created_at", "id"))


def leading(rows: Iterable[Sighting]) -> dict[int, Sighting]:
    """Of sightings in the order of their times, the first of each node, with what was said last."""
    found: dict[int, Sighting] = {}
    for row in rows:
        first = found.setdefault(row.root_id, row)
        if row.type_stamp > first.type_stamp:
            first.type, first.type_stamp = row.type, row.type_stamp
        if row.last_run_stamp > first.last_run_stamp:
            first.last_run, first.last_run_stamp = row.last_run, row.last_run_stamp
    return found


def places(viewer, node: Node) -> list[Sighting]:
    """Every project the viewer may see the node in, first seen first."""
    if then := past.of(viewer):
        return then.sightings([node.root_id])
    rows = within(viewer, Sighting.objects.filter(root=node.root_id))
    return list(rows.select_related("node", "project__cloud").order_by("created_at", "id"))


def aliases(viewer, node: Node) -> list[Node]:
    """Other names of the node that a symlink or a sighting the viewer may see gives it."""
    members = Node.objects.filter(pk__in=names_then(viewer, node.root_id)).exclude(pk=node.pk)
    if not viewer.sees_all:
        links = within(viewer, Symlink.objects.all())
        seen = within(viewer, Sighting.objects.filter(node=OuterRef("pk")))
        named = links.filter(Q(one=OuterRef("pk")) | Q(other=OuterRef("pk")))
        members = members.filter(Exists(seen) | Exists(named))
    return list(members.order_by("namespace", "name"))


def names_of(root: int) -> QuerySet:
    """The ids of a node and of the aliases that symlinks join to it."""
    return Node.objects.filter(Q(pk=root) | Q(canonical=root)).values_list("pk", flat=True)


def names_then(viewer, root: int) -> QuerySet | list[int]:
    """As `names_of`, as of the viewer's moment."""
    then = past.of(viewer)
    return list(past.members(viewer, [root])) if then and then.at else names_of(root)


def facets(viewer, node: Node) -> dict[str, Facet]:
    """The node's facets by key, each as last said where the viewer may see it; removed ones are left out."""
    rows = within(viewer, NodeFacets.objects.filter(node__in=names_then(viewer, node.root_id)))
    then = past.of(viewer)
    if not then or not then.at:
        return merged(rows)
    kept = hindsight.facets_then(then, rows)
    return laid([(row.stamp, row.body) for row in kept], texts(row.body for row in kept))


def run_facets(run: Run) -> tuple[dict[str, Facet], dict[str, Facet]]:
    """(the run's facets, its job's facets as of this run)."""
    return of_runs(RunFacets.objects.filter(run=run)).get(run.pk, ({}, {}))


def runs(viewer, workload: Node) -> QuerySet[Run]:
    """A workload's runs, newest first. (Its names are listed: with a subquery both databases sort all of its runs.)"""
    rows = Run.objects.filter(workload__in=list(names_then(viewer, workload.root_id)))
    return within(viewer, undeleted(rows)).order_by("-first_at", "id")


def all_runs(viewer) -> QuerySet[Run]:
    """Every run the viewer may see, newest first."""
    rows = within(viewer, undeleted(Run.objects.filter(organization=viewer.organization)))
    return rows.select_related("workload", "project__cloud").order_by("-first_at", "id")


def undeleted(rows: QuerySet[Run]) -> QuerySet[Run]:
    """The runs that began after people deleted their workload, if they did. (A subquery that is compared with NULL is
    not rewritten as a join, which would walk all runs.)"""
    graves = Tombstone.objects.filter(
        node=OuterRef("workload"), cloud__projects=OuterRef("project"), at__gte=OuterRef("first_at")
    )
    return rows.alias(grave=Subquery(graves.values("pk")[:1])).filter(grave=None)


def unhidden(rows: QuerySet[RunIO]) -> QuerySet[RunIO]:
    """Without inputs and outputs of which people have hidden the workload or the node, in the project's cloud."""
    hidden = Sighting.objects.filter(project=OuterRef("project"), hidden=True)
    ends = [Exists(hidden.filter(node=OuterRef(end))) for end in ("node", "workload")]
    return rows.exclude(ends[0] | ends[1])


def last_runs(viewer, ids: Iterable) -> dict:
    """Runs by id (Sighting.last_run, Edge.last_run, Run.parent)."""
    found = Run.objects.in_bulk([id for id in ids if id])
    runs_then(viewer, found.values())
    return found


def runs_then(viewer, runs: Iterable[Run]) -> None:
    """Gives runs the states and ends that they had at the viewer's moment."""
    then = past.of(viewer)
    if then and then.at:
        hindsight.runs_then(then, runs)


def io_facets(rows: Iterable[RunIO]) -> dict:
    """By the rows' ids: the facets that the dataset had in the run, and its inputFacets or outputFacets."""
    rows = list(rows)
    bodies = texts(digest for row in rows for digest in (row.facets, row.io_facets))
    return {row.pk: {**bodies.get(row.facets, {}), **bodies.get(row.io_facets, {})} for row in rows}


def identified(viewer, entity: int, namespace: str, name: str) -> Node | None:
    """The node of an OpenLineage identity, aliases included; None where there is none to be seen. A name that was
    only said where the viewer may not look is none."""
    key = node_key(Ref(entity, namespace, name))
    node = Node.objects.filter(organization=viewer.organization, key=key).first()
    seen = sightings(viewer, [node.root_id]) if node else {}
    if not seen:
        return None
    known = seen[node.root_id].node
    return known if known == node or node in aliases(viewer, known) else None
