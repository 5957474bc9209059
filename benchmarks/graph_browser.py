"""A node is opened in a graph of nearly 300, in a real Chromium: from the click to the frame that shows it, beside
Cytoscape alone taking the same elements away and adding them again."""

import json
from statistics import median

from playwright.sync_api import Page, sync_playwright

from lineage.models import Node

from . import client
from .console import Console, progress, serving
from .results import Row

JOBS, OUTPUTS = 35, 7
LIMIT = "Cytoscape alone: all elements away and added again"
GOAL = 1.0
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FRAME = """const next = () => new Promise(requestAnimationFrame);
    const frame = async () => { await next(); await next(); return performance.now(); };"""
EXPAND = f"""async id => {{ {FRAME}
    await frame();
    const start = performance.now();
    document.querySelector(`[data-open="downstream:${{id}}"]`).click();
    while (lineageGraph.getElementById(id).outgoers('node').empty()) await new Promise(done => setTimeout(done));
    const script = performance.getEntriesByName('lineage-draw').at(-1).duration;
    return [await frame() - start, script, lineageGraph.nodes().length];
}}"""
COLLAPSE = f"""async id => {{ {FRAME}
    document.querySelector(`[data-close="downstream:${{id}}"]`).click();
    await frame();
}}"""
ALONE = f"""async () => {{ {FRAME}
    await frame();
    const start = performance.now(), all = lineageGraph.elements(), told = all.jsons();
    lineageGraph.batch(() => {{ all.remove(); lineageGraph.add(told); }});
    return await frame() - start;
}}"""


def browser(console: Console, quick: bool) -> list[Row]:
    import chromium  # of scripts/: finds the browser, or installs it

    with serving() as port:
        fill(console, port)
        ids = dict(Node.objects.filter(namespace="bench").values_list("name", "pk"))
        with sync_playwright() as playwright:
            program = playwright.chromium.launch(executable_path=chromium.find_or_install(), args=ARGUMENTS)
            context = program.new_context(base_url=f"http://127.0.0.1:{port}", reduced_motion="reduce")
            context.add_cookies([{"name": "sessionid", "value": console.session, "url": f"http://127.0.0.1:{port}"}])
            rows = measured(console, context.new_page(), ids, 10 if quick else 40)
            program.close()
    return rows


def fill(console: Console, port: int) -> None:
    """A dataset that 35 jobs read; each writes 7 others, and one writes 8 more that are not shown at first."""
    events = [event(f"job-{n:02}", [f"job-{n:02}-out-{m}" for m in range(OUTPUTS)]) for n in range(JOBS)]
    body = json.dumps([*events, event("last", [f"last-out-{m}" for m in range(8)])]).encode()
    headers = console.by_key | {"Content-Type": "application/json"}
    client.run(port, [client.request("POST", "/api/v1/lineage/batch", headers, body)], 1, [200, 201])


def event(job: str, outputs: list[str]) -> dict:
    return {
        "eventTime": "2026-01-01T00:00:00Z",
        "eventType": "COMPLETE",
        "producer": "https://example.com/benchmarks",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": f"00000000-0000-4000-8000-{abs(hash(job)) % 10**12:012}"},
        "job": {"namespace": "bench", "name": job},
        "inputs": [{"namespace": "bench", "name": "root"}],
        "outputs": [{"namespace": "bench", "name": name} for name in outputs],
    }


def measured(console: Console, page: Page, ids: dict[str, int], rounds: int) -> list[Row]:
    root, last = ids["root"], f"n{ids['last']}"
    steps = [f"down:{root}:50", *[f"down:{ids[f'job-{n:02}']}:8" for n in range(JOBS)]]
    page.goto(f"/datasets/{root}/lineage/?x={','.join(steps)}")
    page.wait_for_function("() => Number(document.getElementById('lineage-graph').dataset.ready) > 0")
    page.evaluate(EXPAND, last)  # reads what is new; from then on it is known
    whole, drawn, alone = [], [], []
    for _turn in range(rounds):
        page.evaluate(COLLAPSE, last)
        took, own, nodes = page.evaluate(EXPAND, last)
        whole.append(took)
        drawn.append(own)
        alone.append(page.evaluate(ALONE))
    progress(f"{rounds} times, {nodes} nodes")
    case = f"8 nodes more in a graph of {nodes}, in the browser"
    figures = {f"{case}: script": median(drawn), f"{case}: to the frame": median(whole)}
    return [
        Row(name, console.database, took, "ms", median(alone), LIMIT, GOAL, at_most=True, note=kept(took))
        for name, took in figures.items()
    ]


def kept(took: float) -> str:
    return "100 ms kept" if took <= 100 else "100 ms missed"
