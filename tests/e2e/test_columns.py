"""Columns in a real browser: found in the graph's panel, drawn inside its nodes, and followed on their own pages."""

import base64
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from lineage.models import Node
from tests.e2e.graph import Graph
from tests.events import make_dataset, make_event
from tests.impact.test_columns import made_of

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SVG = "{http://www.w3.org/2000/svg}"
MARKED = (
    """() => Object.fromEntries(lineageGraph.nodes('.column').map(n => [n.data('label'), n.data('columns') || '']))"""
)
DRAWN = "() => [...document.querySelectorAll('.graph-column-step title')].map(t => t.textContent).sort()"
ENDS = """() => {
  const inside = (box, {x, y}) => x >= box.left - 8 && x <= box.right + 8 && y >= box.top - 8 && y <= box.bottom + 8;
  const boxes = [...document.querySelectorAll('.graph-column-name')]
    .map(b => [b.querySelector('title').textContent, b.getBoundingClientRect()]);
  const name = (path, length) => {
    const at = path.getPointAtLength(length);
    const {a, d, e, f} = path.getScreenCTM();
    return boxes.find(([, box]) => inside(box, {x: at.x * a + e, y: at.y * d + f}))?.[0];
  };
  const lines = [...document.querySelectorAll('.graph-column-line')];
  return lines.map(p => [name(p, 0), name(p, p.getTotalLength())]).sort();
}"""
FADED = "() => lineageGraph.nodes('.aside').map(n => n.data('label')).sort()"


@pytest.fixture
def wide(send):
    fields = [{"name": f"c{at:04}", "type": "INT"} for at in range(1000)]
    lineage = made_of(*((f"c{at:04}", "raw", f"r{at:04}") for at in range(1000)))
    send(make_event(["raw", "other"], [make_dataset("wide", schema={"fields": fields}, columnLineage=lineage)], "make"))
    send(make_event(["wide"], [make_dataset("report", columnLineage=made_of(("total", "wide", "c0042")))], "render"))
    send(make_event(["wide"], ["elsewhere"], "copy"))


def test_a_column_opens_inside_the_nodes_of_its_way(page, wide):
    node = Node.objects.get(name="wide")
    graph = Graph(page).open(f"{node.get_lineage_url()}?depth=2&sel={node.pk}")
    panel = page.locator("#lineage-details")
    panel.locator(".graph-columns summary").click()
    panel.get_by_role("button", name="c0000").wait_for()
    assert "950 more" in panel.locator("[data-told]").text_content()
    panel.get_by_role("searchbox", name="Find a column").fill("42")
    panel.get_by_role("button", name="c0000").wait_for(state="hidden")
    button = panel.get_by_role("button", name="c0042", exact=True)
    button.click()
    page.wait_for_function("() => lineageGraph.nodes('.column').length > 0")
    assert page.evaluate(MARKED) == {"wide": "c0042", "raw": "r0042", "report": "total", "make": "", "render": ""}
    assert page.evaluate(FADED) == ["copy", "elsewhere", "other"]
    assert "2 columns before and after it, in 3 of 3 resources" in panel.locator("[data-told]").text_content()
    steps = ["raw · r0042 → wide · c0042 (make)", "wide · c0042 → report · total (render)"]
    assert page.evaluate(DRAWN) == steps
    assert page.evaluate(ENDS) == [["c0042", "total"], ["r0042", "c0042"]]
    assert panel.get_by_role("list", name="From column to column").get_by_role("listitem").all_text_contents() == steps
    page.evaluate("id => { lineageGraph.getElementById(id).position({x: 900, y: 300}); }", f"n{node.pk}")
    page.wait_for_timeout(100)
    assert page.evaluate(ENDS) == [["c0042", "total"], ["r0042", "c0042"]]
    graph.check_twin()
    button.click()
    page.wait_for_function("() => !document.querySelector('.graph-column-line')")
    assert page.evaluate(MARKED) == {}
    assert page.evaluate(FADED) == []


PIXEL = """async base64 => {
  const image = new Image();
  image.src = 'data:image/png;base64,' + base64;
  await image.decode();
  const canvas = Object.assign(document.createElement('canvas'), {width: image.width, height: image.height});
  const pen = canvas.getContext('2d');
  pen.drawImage(image, 0, 0);
  const own = lineageGraph.elements().boundingBox(), box = document.querySelector('.graph-column-layer svg').getBBox();
  const [left, top] = [Math.min(own.x1, box.x), Math.min(own.y1, box.y)];
  const scale = image.width / (Math.max(own.x2, box.x + box.width) - left);
  return [...document.querySelectorAll('.graph-column-line')].map(line => {
    const {x, y} = line.getPointAtLength(line.getTotalLength() / 2);
    return [...pen.getImageData((x - left) * scale, (y - top) * scale, 1, 1).data].slice(0, 3);
  });
}"""


def test_files_hold_the_lines_from_column_to_column(page, wide):
    node = Node.objects.get(name="wide")
    Graph(page).open(f"{node.get_lineage_url()}?depth=2&sel={node.pk}")
    page.locator("#lineage-details .graph-columns summary").click()
    page.get_by_role("searchbox", name="Find a column").fill("c0042")
    page.get_by_role("button", name="c0042", exact=True).click()
    page.wait_for_function("() => document.querySelectorAll('.graph-column-line').length === 2")
    page.get_by_text("Export", exact=True).click()
    text = saved(page, "SVG").decode()
    picture = ET.fromstring(text)
    titles = [title.text for title in picture.iter(f"{SVG}title")]
    assert {"raw · r0042 → wide · c0042 (make)", "wide · c0042 → report · total (render)"} <= set(titles)
    assert {"r0042", "c0042", "total"} <= {each.text for each in picture.iter(f"{SVG}text")}
    lines = [path for path in picture.iter(f"{SVG}path") if path.get("class") == "graph-column-line"]
    assert [(line.get("stroke"), line.get("fill")) for line in lines] == [("rgb(217, 72, 15)", "none")] * 2
    png = base64.b64encode(saved(page, "PNG")).decode()
    assert page.evaluate(PIXEL, png) == [[217, 72, 15]] * 2


def saved(page, kind: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name=kind, exact=True).click()
    return Path(download.value.path()).read_bytes()


def test_columns_that_open_after_the_node_does_are_tied(page, wide):
    """The lines are drawn as far as the graph is open."""
    node = Node.objects.get(name="wide")
    graph = Graph(page).open(f"{node.get_lineage_url()}?sel={node.pk}")
    panel = page.locator("#lineage-details")
    panel.locator(".graph-columns summary").click()
    panel.get_by_role("searchbox", name="Find a column").fill("42")
    panel.get_by_role("button", name="c0000").wait_for(state="hidden")
    panel.get_by_role("button", name="c0042", exact=True).click()
    page.wait_for_function("() => lineageGraph.nodes('.column').length > 0")
    assert page.evaluate(DRAWN) == []
    graph.press("Expand upstream of make")
    page.wait_for_function("() => document.querySelectorAll('.graph-column-line').length === 1")
    assert page.evaluate(ENDS) == [["r0042", "c0042"]]


def test_another_node_closes_the_columns(page, wide):
    node = Node.objects.get(name="wide")
    graph = Graph(page).open(f"{node.get_lineage_url()}?sel={node.pk}")
    panel = page.locator("#lineage-details")
    panel.locator(".graph-columns summary").click()
    panel.get_by_role("button", name="c0000").click()
    page.wait_for_function("() => lineageGraph.nodes('.column').length > 0")
    graph.click("make")
    page.wait_for_function("() => lineageGraph.nodes('.column').length === 0")


def test_a_column_is_followed_from_page_to_page(page, wide):
    page.goto(f"/datasets/{Node.objects.get(name='report').pk}/columns/")
    page.get_by_role("link", name="total").click()
    page.get_by_role("table", name="Upstream").get_by_role("link", name="c0042").click()
    assert page.get_by_role("table", name="Downstream").get_by_role("link", name="total").is_visible()
    page.get_by_role("link", name="All columns").click()
    page.get_by_role("searchbox", name="Find a column").fill("c0999")
    page.keyboard.press("Enter")
    page.get_by_text("1 of 1000 columns").wait_for()
