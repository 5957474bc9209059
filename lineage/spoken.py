"""The words that people give a node in a project, to find it by: a row of NodeWords beside those of the facets."""

from collections.abc import Iterable

from .identity import digest
from .models import Node, NodeWords
from .queries import names_of

# In the place of a text's hash: there is one such row for each node and project.
SPOKEN = digest("spoken")
LONGEST = 20_000


def find_by(node: Node, project, words: Iterable[tuple[str, str]]) -> None:
    """From now on the node is found by these (words.TAG and the like, text), and no longer by those of before."""
    rows = NodeWords.objects.filter(node__in=names_of(node.root_id), project=project, digest=SPOKEN)
    lines = [f"{what} {' '.join(line.split())}" for what, text in words for line in text.splitlines() if line.strip()]
    rows.delete()
    if lines:
        text = "\n".join(dict.fromkeys(lines))[:LONGEST]
        NodeWords.objects.create(node_id=node.root_id, project=project, digest=SPOKEN, text=text)
