"""Reading the Lineage tab: the picture through `window.lineageGraph`, and its table."""

READY = "count => Number(document.getElementById('lineage-graph')?.dataset.ready) >= count"
NODES = """() => Object.fromEntries(lineageGraph.nodes().map(node =>
    [node.id(), {label: node.data('label'), kind: node.data('kind'), position: node.position(),
                 pixel: node.renderedPosition()}]))"""
EDGES = "() => lineageGraph.edges().map(edge => edge.id()).sort()"
ROWS = """() => [...document.querySelectorAll('#lineage-table tbody tr')].map(row =>
    [...row.cells].map(cell => cell.textContent.replace(/\\s+/g, ' ').trim()))"""
MIDDLE = "id => lineageGraph.getElementById(id).renderedMidpoint()"
ROW_NODES = "() => [...document.querySelectorAll('#lineage-table tr[data-node]')].map(row => row.dataset.node).sort()"
ROW_EDGES = "() => [...document.querySelectorAll('#lineage-table [data-edge]')].map(item => item.dataset.edge).sort()"


class Graph:
    """The Lineage tab of a page. Waits for the counter that each drawing raises, never for time."""

    def __init__(self, page):
        self.page = page

    def open(self, url: str) -> "Graph":
        self.page.goto(url)
        return self.wait(1)

    def wait(self, count: int) -> "Graph":
        self.page.wait_for_function(READY, arg=count)
        return self

    @property
    def drawn(self) -> int:
        return int(self.page.locator("#lineage-graph").get_attribute("data-ready"))

    def after(self, act) -> "Graph":
        """Does something that draws the picture anew, and waits until it is."""
        count = self.drawn
        act()
        return self.wait(count + 1)

    def press(self, name: str, exact: bool = True) -> "Graph":
        button = self.page.locator("#lineage-table").get_by_role("button", name=name, exact=exact)
        return self.after(button.click)

    @property
    def nodes(self) -> dict:
        return self.page.evaluate(NODES)

    @property
    def names(self) -> set:
        return {node["label"] for node in self.nodes.values()}

    def named(self, label: str) -> dict:
        [node] = [node for node in self.nodes.values() if node["label"] == label]
        return node

    def see_all(self) -> "Graph":
        self.page.evaluate("() => { lineageGraph.fit(undefined, 60); }")
        self.page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")  # a click would miss what still moves
        return self

    def click(self, label: str) -> "Graph":
        """Clicks a node of the picture."""
        return self.click_at(self.named(label)["pixel"])

    def click_at(self, pixel: dict) -> "Graph":
        box = self.page.locator("#lineage-graph").bounding_box()
        self.page.mouse.click(box["x"] + pixel["x"], box["y"] + pixel["y"])
        return self

    @property
    def edges(self) -> list:
        return self.page.evaluate(EDGES)

    @property
    def rows(self) -> list:
        return self.page.evaluate(ROWS)

    def places(self) -> dict:
        return {id: node["position"] for id, node in self.nodes.items()}

    def check_twin(self) -> None:
        """The table holds the picture's nodes and edges, each once."""
        assert self.page.evaluate(ROW_NODES) == sorted(self.nodes)
        assert self.page.evaluate(ROW_EDGES) == self.edges
