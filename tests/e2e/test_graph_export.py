"""The files that the graph is saved to: all of the picture, and nothing that a spreadsheet would run."""

import base64
import csv
import io
import json
import struct
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from lineage.models import Node
from tests.e2e.graph import Graph
from tests.events import make_event

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SVG = "{http://www.w3.org/2000/svg}"
# Of the picture: how many pixels lie at the middle of each edge, and are not the background's.
PIXELS = """async base64 => {
  const image = new Image();
  image.src = 'data:image/png;base64,' + base64;
  await image.decode();
  const canvas = Object.assign(document.createElement('canvas'), {width: image.width, height: image.height});
  const pen = canvas.getContext('2d');
  pen.drawImage(image, 0, 0);
  const box = lineageGraph.elements().boundingBox(), scale = image.width / box.w;
  const corner = pen.getImageData(0, 0, 1, 1).data.join();
  return lineageGraph.edges().map(edge => {
    const {x, y} = edge.midpoint();
    const near = pen.getImageData((x - box.x1) * scale - 4, (y - box.y1) * scale - 4, 9, 9).data;
    return [...Array(81).keys()].some(n => near.slice(4 * n, 4 * n + 4).join() !== corner);
  });
}"""


@pytest.fixture
def graph(page, send):
    send(make_event(["=raw", "@dim"], ["clean, <b>", '+1"2'], job="night\nly"))
    graph = Graph(page)
    graph.open(Node.objects.get(name="night\nly").get_lineage_url())
    return graph


def saved(graph, kind: str) -> bytes:
    graph.page.get_by_text("Export", exact=True).click()
    with graph.page.expect_download() as download:
        graph.page.get_by_role("button", name=kind, exact=True).click()
    assert download.value.suggested_filename == f"lineage-of-night-ly.{kind.lower()}"
    return Path(download.value.path()).read_bytes()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_png_holds_the_whole_picture_with_every_edge(graph, theme):
    graph.page.evaluate("theme => window.setTheme(theme)", theme)
    graph.page.evaluate("() => lineageGraph.viewport({zoom: 2, pan: {x: -2000, y: 0}})")
    picture = saved(graph, "PNG")
    width, height = struct.unpack(">II", picture[16:24])
    box = graph.page.evaluate("() => lineageGraph.elements().boundingBox()")
    assert (width, height) == pytest.approx((2 * box["w"], 2 * box["h"]), abs=4)
    assert graph.page.evaluate(PIXELS, base64.b64encode(picture).decode()) == [True] * len(graph.edges)


def test_the_svg_has_a_shape_for_each_node_and_a_curve_for_each_edge(graph):
    picture = ET.fromstring(saved(graph, "SVG"))
    groups = {group.get("id"): group for group in picture.iter(f"{SVG}g")}
    assert set(groups) == set(graph.nodes) | set(graph.edges)
    titles = [title.text for title in picture.iter(f"{SVG}title")]
    assert "s3://bucket/clean, <b>" in titles
    left, top, width, height = map(float, picture.get("viewBox").split())
    for node in graph.nodes.values():
        assert left < node["position"]["x"] - 98
        assert node["position"]["x"] + 98 < left + width
        assert top < node["position"]["y"] < top + height
    assert picture.find(f".//{SVG}script") is None


def test_the_json_is_the_picture(graph):
    said = json.loads(saved(graph, "JSON"))
    assert {each["data"]["id"] for each in said["nodes"]} == set(graph.nodes)
    assert sorted(each["data"]["id"] for each in said["edges"]) == graph.edges
    assert {each["data"]["label"]: each["data"]["level"] for each in said["nodes"]}["=raw"] == -1


def test_the_csv_is_the_table_and_holds_no_formula(graph):
    text = saved(graph, "CSV").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert {row["name"] for row in rows if row["id"]} == {"'=raw", "'@dim", "clean, <b>", "'+1\"2", "night\nly"}
    assert len([row for row in rows if row["connection"]]) == len(graph.edges)
    assert {row["level"] for row in rows if row["id"]} == {"-1", "0", "1"}
    cells = [cell for row in rows for key, cell in row.items() if key != "level"]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert all(row["url"].startswith("http") for row in rows)


def test_everything_downstream_is_a_link_to_the_whole_list(graph):
    graph.page.get_by_text("Export", exact=True).click()
    with graph.page.expect_download() as download:
        graph.page.get_by_role("link", name="All downstream (CSV)").click()
    assert "clean, <b>" in Path(download.value.path()).read_text()


def test_the_link_that_is_copied_brings_the_picture_back(graph, new_page, alice):
    graph.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    graph.press("Collapse night ly", exact=False)
    graph.click("night\nly")
    graph.page.get_by_text("Export", exact=True).click()
    graph.page.get_by_role("button", name="Copy link").click()
    graph.page.locator(".copied").wait_for()
    assert graph.page.evaluate("() => navigator.clipboard.readText()") == graph.page.url
    other = Graph(new_page(alice))
    other.open(graph.page.url)
    assert other.places() == graph.places()
