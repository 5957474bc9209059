"""What the table of a workload's data sources says besides its neighbours."""

from lineage import queries
from lineage.models import Node, NodeWords
from lineage.words import COLUMN


def with_schema(viewer, related) -> set[int]:
    """Which of the neighbours have columns that an event named, by the words that search finds them by."""
    roots = [row.node.root_id for _heading, level in related for row in level.rows]
    names = Node.objects.filter(pk__in=roots) | Node.objects.filter(canonical__in=roots)
    said = NodeWords.objects.filter(node__in=names.values("pk"), text__startswith=f"{COLUMN} ")
    found = queries.within(viewer, said).values_list("node", "node__canonical") if roots else []
    return {canonical or node for node, canonical in found}
