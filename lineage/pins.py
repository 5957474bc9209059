"""`?run=` and `?version=`: the view is narrowed to what one run or one version was made of, and what was made of it."""

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from . import past, queries, trails, versions
from .models import Node, RunIO, Version


def pin(viewer, pk: int | None = None) -> None:
    """Narrows what the viewer sees as the address says. A version is named by its key, or on a page of the node `pk`
    by its label. Raises Http404 where there is no such run or version to be seen."""
    run, version = (str(viewer.choice.get(name) or "").strip() for name in ("run", "version"))
    known = past.of(viewer)
    if not (run or version) or (known and known.pin):
        return
    past.pinned(viewer, pin_of_run(viewer, run) if run else pin_of_version(viewer, version, pk))


def uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def pin_of_run(viewer, text: str) -> past.Pin:
    key = uuid(text)
    run = queries.all_runs(viewer).filter(uuid=key).first() if key else None
    if not run:
        raise Http404(_("There is no such run among those that you may see."))
    both = [trails.of_run(viewer, run, side) for side in (queries.UPSTREAM, queries.DOWNSTREAM)]
    return joined(
        _("run %(id)s of %(name)s") % {"id": run.uuid, "name": run.workload.label}, run.workload.root_id, both
    )


def pin_of_version(viewer, text: str, pk: int | None) -> past.Pin:
    node, snapshot = find(viewer, text, pk)
    if not snapshot:
        raise Http404(_("There is no such version among those that you may see."))
    both = [trails.of_version(viewer, snapshot, side) for side in (queries.UPSTREAM, queries.DOWNSTREAM)]
    name = _("version %(label)s of %(name)s") % {"label": snapshot.name, "name": node.label}
    return joined(name, node.root_id, both, str(snapshot.key))


def find(viewer, text: str, pk: int | None) -> tuple[Node | None, versions.Snapshot | None]:
    key = uuid(text)
    row = key and (Version.objects.filter(pk=key).first() or RunIO.objects.filter(pk=key).first())
    wanted = row.node_id if row else pk
    seen = queries.leading(queries.statements.sightings_of(viewer, wanted)) if wanted else {}
    if not seen:
        return None, None
    node = next(iter(seen.values())).node
    history = versions.history(viewer, node)
    named = [each for each in history if key in (each.key, *each.ids) or each.label == text]
    return node, named[-1] if named else None


def renamed(request) -> str | None:
    """The address with the version's key in the place of its label, which means nothing on another node's page."""
    then, query = past.of(request.viewer), request.GET.copy()
    key = then.pin.key if then and then.pin else ""
    if not key or query.get("version") == key:
        return None
    query["version"] = key
    return f"{request.path}?{query.urlencode(safe=':,')}"


def joined(name: str, root: int, both: list[trails.Trail], key: str = "") -> past.Pin:
    edges = {edge for trail in both for edge in trail.edges}
    nodes = {root} | {step.root for trail in both for step in trail.steps.values()}
    return past.Pin(name, key, nodes | {end for source, target, _type in edges for end in (source, target)}, edges)
