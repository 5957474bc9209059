"""Finds nodes by name, URI, column and owner, and runs by id, for one viewer, in bounded time.

A text that half of a million nodes contain must not cost a walk through them: at most MOST matches of a section are
looked at, the best of these come first, and the page says so. Where nothing matches, PostgreSQL's trigrams find what
is spelt nearly so (with pg_trgm; elsewhere there are no suggestions).
"""

from dataclasses import dataclass, field

from django.db import DatabaseError, connection, transaction
from django.db.models import BooleanField, Exists, FloatField, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Upper

from . import queries
from .finding import Like, anywhere, by_run_id, holds, whole
from .heads import by_id, with_heads
from .kinds import Kind
from .models import Node, NodeWords, Run, Sighting
from .sections import DATASETS, MODELS, WORKLOADS, Section
from .words import matching

SHORTEST = 3
FOUND = 8
MOST = 500
SEARCHED = {
    DATASETS: [Kind.DATASET],
    MODELS: [Kind.MODEL, Kind.ARTIFACT],
    WORKLOADS: [Kind.WORKLOAD, Kind.ENDPOINT],
}
# A suggestion may take this long, in milliseconds, and be this unlike.
PATIENCE, ALIKE = 700, 0.4


@dataclass
class Hit:
    """A node by the sighting its viewer knows it by; `why` is (words.COLUMN, OWNER…, name) where not its name."""

    sighting: Sighting
    why: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Group:
    """`more`: there are further matches; `cut`: only the first MOST were looked at."""

    section: Section
    hits: list[Hit]
    more: bool = False
    cut: bool = False


@dataclass
class Results:
    """`guessed`: nothing has the text in it, and these are spelt nearly so."""

    groups: list[Group] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    guessed: bool = False

    @property
    def found(self) -> bool:
        return bool(self.runs) or any(group.hits for group in self.groups)


def search(viewer, text: str) -> Results:
    """`text` has SHORTEST letters or more."""
    results = Results(runs=runs(viewer, text))
    results.groups = groups(viewer, text, [candidates(viewer, kinds, text) for kinds in SEARCHED.values()])
    if not results.found and (alike := similar(viewer, text)):
        kinds = SEARCHED.values()
        results.groups = groups(viewer, text, [[row for row in alike if row[2] in each] for each in kinds])
        results.guessed = True
    return results


def groups(viewer, text: str, found: list[list[tuple]]) -> list[Group]:
    """The best FOUND of each section's candidates."""
    said = words(viewer, text)
    parts = [
        (section, ranked(text, rows, said, kinds), len(rows) >= MOST)
        for (section, kinds), rows in zip(SEARCHED.items(), found, strict=True)
    ]
    wanted = {root for _section, roots, _cut in parts for root in roots[:FOUND]}
    seen = queries.sightings(viewer, wanted, hidden=False)
    return [
        Group(
            section,
            [Hit(seen[root], said[root][1] if root in said else []) for root in roots[:FOUND] if root in seen],
            len(roots) > FOUND,
            cut,
        )
        for section, roots, cut in parts
    ]


def ranked(text: str, rows: list[tuple], said: dict, kinds) -> list[int]:
    """Roots, best first: the name itself, then its beginning, then anywhere in it; then by column or owner."""
    best: dict[int, tuple] = {}
    for root, name, _kind in rows:
        best[root] = min(best.get(root, (9,)), rank(text.lower(), name.lower()))
    for root, (kind, _why) in said.items():
        if kind in kinds:
            best.setdefault(root, (4, 0, ""))
    return sorted(best, key=best.__getitem__)


def rank(text: str, name: str) -> tuple:
    last = name.rstrip("/").rpartition("/")[2]
    place = 0 if text in (name, last) else 1 if last.startswith(text) else 2 if text in name else 3
    return place, len(name), name


def candidates(viewer, kinds, text: str) -> list[tuple]:
    """(root, name, kind) of up to MOST nodes, those of exactly this name being among them."""
    rows = shown(viewer).filter(kind__in=kinds)
    exact = Sighting.objects.filter(organization=viewer.organization, kind__in=kinds, sort_name=text[:120].lower())
    ids = list(queries.within(viewer, exact).filter(shown=True, hidden=False).values_list("node", flat=True)[:MOST])
    named = rows.filter(pk__in=ids) if ids else Node.objects.none()
    return [*told(named), *told(rows.filter(holds(text))[:MOST])]


def told(rows: QuerySet) -> list[tuple]:
    found = rows.values_list("pk", "canonical", "name", "kind")
    return [(canonical or pk, name, kind) for pk, canonical, name, kind in found]


def shown(viewer) -> QuerySet[Node]:
    """The nodes that the viewer may see, each under the names that they may see."""
    rows = Node.objects.filter(organization=viewer.organization, shown=True)
    seen = Exists(queries.within(viewer, Sighting.objects.filter(node=OuterRef("pk"), hidden=False)))
    return rows.filter(Q(marked=False) | seen) if viewer.sees_all else rows.filter(seen)


def words(viewer, text: str) -> dict[int, tuple[int, list]]:
    """For each root with a column or an owner of this text: (kind, the words that have it)."""
    rows = NodeWords.objects.filter(node__organization=viewer.organization, node__shown=True)
    seen = Exists(Sighting.objects.filter(node=OuterRef("node"), project=OuterRef("project"), hidden=False))
    rows = rows.filter(Q(node__marked=False) | seen)
    rows = queries.within(viewer, rows).filter(Like(Upper("text"), anywhere(text)))
    found: dict[int, tuple[int, list]] = {}
    for row in rows.select_related("node")[:MOST]:
        if lines := matching(row.text, text):
            found.setdefault(row.node.root_id, (row.node.kind, []))[1].extend(lines[:3])
    return {root: (kind, list(dict.fromkeys(lines))[:3]) for root, (kind, lines) in found.items()}


def runs(viewer, text: str) -> list[Run]:
    """Runs of this id, of the workload's id, or of the id as sent."""
    rows = with_heads(queries.all_runs(viewer))
    found = by_run_id(text) | by_id("session", text) | by_id("external_id", text)
    return list(rows.filter(found)[:FOUND])


def similar(viewer, text: str) -> list[tuple]:
    """As `candidates`, of all kinds: names that resemble the text, the most alike first."""
    if connection.vendor != "postgresql":
        return []
    said = Upper(Value(text)), whole()
    alike = Func(*said, template="%(expressions)s", arg_joiner=" <%% ", output_field=BooleanField())
    rows = shown(viewer).annotate(alike=Func(*said, function="word_similarity", output_field=FloatField()))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE}")
            cursor.execute(f"SET LOCAL pg_trgm.word_similarity_threshold = {ALIKE}")
            found = list(rows.filter(alike)[:MOST])
            transaction.set_rollback(True)  # else an outer transaction would keep the settings
    except DatabaseError:  # Without pg_trgm, or too slow to be worth a suggestion.
        return []
    found.sort(key=lambda node: (-node.alike, node.name))
    return [(node.root_id, node.name, node.kind) for node in found[: 3 * FOUND]]
