"""Namespaces and sources: those that datasets and jobs stand in, and those that a client stated."""

from datetime import UTC, datetime

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from clouds.projects import DEFAULT, hashed, project_for
from lineage import inventory, queries
from lineage.kinds import Entity

from . import shapes, things
from .asked import Asked, Fault
from .models import Namespace, Source, Stated

LONGEST = 1024
ANONYMOUS = "anonymous"
EVERYTHING = (Entity.DATASET, Entity.JOB)


def stated(model: type[Stated], viewer, names: list[str] | None = None) -> dict[str, Stated]:
    """By name, as last stated where the viewer may see it."""
    rows = model.objects.filter(project__cloud__organization=viewer.organization)
    if names is not None:
        rows = rows.filter(key__in=[hashed(name) for name in names])
    return {row.name: row for row in queries.within(viewer, rows).order_by("updated_at", "id")}


def every(asked: Asked) -> dict:
    viewer = asked.viewer
    said = stated(Namespace, viewer)
    names = sorted({*inventory.namespaces(viewer, *EVERYTHING), *said})[asked.page()]
    return {"namespaces": shown(viewer, names, said)}


def get(asked: Asked, namespace: str) -> dict:
    if not exists(asked.viewer, namespace):
        raise Http404(_("Namespace “%s” not found.") % namespace)
    return shown(asked.viewer, [namespace], stated(Namespace, asked.viewer, [namespace]))[0]


def exists(viewer, name: str) -> bool:
    return bool(stated(Namespace, viewer, [name])) or inventory.has_namespace(viewer, name, *EVERYTHING)


def shown(viewer, names: list[str], said: dict[str, Namespace]) -> list[dict]:
    times = inventory.moments(viewer, names)
    hidden = [name for name in names if name in said and said[name].hidden_at]
    if hidden:
        rows = things.undeleted(viewer, inventory.inside(inventory.visible(viewer), hidden))
        hidden = {*hidden} - {*rows.values_list("namespace", flat=True).distinct()}
    return [shape(name, said.get(name), times.get(name), name in hidden) for name in names]


def shape(name: str, row: Namespace | None, times: tuple[datetime, datetime] | None, hidden: bool) -> dict:
    first, last = between(row, times)
    return {
        "name": name,
        "createdAt": shapes.moment(first),
        "updatedAt": shapes.moment(last),
        "ownerName": row.owner if row else ANONYMOUS,
        "description": row.description if row else None,
        "isHidden": hidden,
    }


def between(row: Stated | None, times: tuple | None) -> tuple[datetime, datetime]:
    """(the earlier first, the later last moment) of what was stated and what events say."""
    moments = [*(times or ()), *((row.created_at, row.updated_at) if row else ())]
    return (min(moments), max(moments)) if moments else (datetime.now(UTC),) * 2


def put(asked: Asked, namespace: str) -> dict:
    owner = required(asked.said, "ownerName")
    state(Namespace, asked, namespace, owner=owner, description=optional(asked.said, "description"), hidden_at=None)
    return get(asked, namespace)


def state(model: type[Stated], asked: Asked, name: str, **fields) -> None:
    if len(name) > LONGEST:
        raise Fault(422, _("A name may have %d characters.") % LONGEST)
    now = timezone.now()
    model.objects.update_or_create(
        project=place(asked),
        key=hashed(name),
        defaults={"name": name, "updated_at": now, **fields},
        create_defaults={"name": name, "created_at": now, "updated_at": now, **fields},
    )


def place(asked: Asked):
    """The project that a client's words are kept in, as a DatasetEvent's are."""
    return asked.admission.project or project_for(asked.admission.cloud, DEFAULT)


def required(said: dict, name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value.strip():
        fault = f"{name} must not be null" if value is None else f"{name} must be a text"
        raise Fault(422, fault, [fault])
    return value


def optional(said: dict, name: str) -> str | None:
    return None if said.get(name) is None else required(said, name)


def sources(asked: Asked) -> dict:
    return {"sources": every_source(asked.viewer, asked.page())}


def every_source(viewer, page: slice = slice(None)) -> list[dict]:
    said = stated(Source, viewer)
    names = sorted({*inventory.namespaces(viewer, Entity.DATASET), *said})[page]
    return sources_shown(viewer, names, said)


def source(asked: Asked, source: str) -> dict:
    viewer = asked.viewer
    said = stated(Source, viewer, [source])
    if not said and not inventory.has_namespace(viewer, source, Entity.DATASET):
        raise Http404(_("Source “%s” not found.") % source)
    return sources_shown(viewer, [source], said)[0]


def sources_shown(viewer, names: list[str], said: dict[str, Source]) -> list[dict]:
    times = inventory.moments(viewer, [name for name in names if name not in said])
    found = []
    for name in names:
        row = said.get(name)
        first, last = between(row, times.get(name))
        found.append(
            {
                "type": row.type if row else name.partition(":")[0].upper(),
                "name": name,
                "createdAt": shapes.moment(first),
                "updatedAt": shapes.moment(last),
                "connectionUrl": row.connection_url if row else name,
                "description": row.description if row else None,
            }
        )
    return found


def put_source(asked: Asked, source: str) -> dict:
    kind, url = required(asked.said, "type").upper(), required(asked.said, "connectionUrl")
    state(Source, asked, source, type=kind, connection_url=url, description=optional(asked.said, "description"))
    return sources_shown(asked.viewer, [source], stated(Source, asked.viewer, [source]))[0]


def delete(asked: Asked, namespace: str) -> dict:
    """Hides the namespace and what stands in it from Marquez's lists, until an event speaks of it again."""
    told, now = get(asked, namespace), timezone.now()
    for entity in EVERYTHING:
        things.delete(asked.viewer, inventory.nodes(asked.viewer, entity, namespace).order_by().values("pk"), now)
    owner, description = told["ownerName"], told["description"]
    state(Namespace, asked, namespace, owner=owner, description=description, hidden_at=now)
    return get(asked, namespace)
