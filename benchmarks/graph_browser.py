"""A node in the middle of a graph of nearly 300 is opened, in a real Chromium: from the click to the end of the frame
in which Cytoscape has drawn what is new, beside Cytoscape alone taking the same elements away and adding them again."""

import json
from statistics import median

from playwright.sync_api import Page, sync_playwright

from lineage.models import Node

from . import client
from .console import Console, progress, serving
from .results import Row

JOBS, OUTPUTS, MORE = 35, 7, 8
AGAIN = 5  # times that a node is closed and opened on one page
LIMIT = "Cytoscape alone: all elements away and added again"
GOAL = 1.0
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# A message that is sent while a frame is made comes in once its layout, painting and handing over are done.
FRAME = """const idle = () => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)));
    const frame = (when = () => true) => new Promise(done => lineageGraph.on('render', function look() {
        if (!when()) return;
        lineageGraph.off('render', look);
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => done(performance.now());
        port2.postMessage(0);
    }));"""
EXPAND = f"""async id => {{ {FRAME}
    await idle();
    const opened = frame(() => lineageGraph.getElementById(id).outgoers('node').nonempty());
    const start = performance.now();
    document.querySelector(`[data-open="downstream:${{id}}"]`).click();
    const end = await opened;
    return [end - start, performance.getEntriesByName('lineage-draw').at(-1).duration, lineageGraph.nodes().length];
}}"""
COLLAPSE = f"""async id => {{ {FRAME}
    await idle();
    document.querySelector(`[data-close="downstream:${{id}}"]`).click();
    await frame();
}}"""
ALONE = f"""async () => {{ {FRAME}
    await idle();
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
            rows = measured(console, context.new_page(), ids, 3 if quick else 10)
            program.close()
    return rows


def fill(console: Console, port: int) -> None:
    """A dataset that 36 jobs read; each writes 7 others, but one in the middle 8, which are not shown at first."""
    events = [event(f"job-{n:02}", [f"job-{n:02}-out-{m}" for m in range(OUTPUTS)]) for n in range(JOBS)]
    events.insert(JOBS // 2, event("closed", [f"closed-out-{m}" for m in range(MORE)]))
    body = json.dumps(events).encode()
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


def measured(console: Console, page: Page, ids: dict[str, int], pages: int) -> list[Row]:
    """Loads the page so many times. What the first opening reads is known from then on."""
    root, closed = ids["root"], f"n{ids['closed']}"
    steps = [f"down:{root}:50", *[f"down:{ids[f'job-{n:02}']}:8" for n in range(JOBS)]]
    first, whole, drawn, alone = [], [], [], []
    for _page in range(pages):
        page.goto(f"/datasets/{root}/lineage/?x={','.join(steps)}")
        page.wait_for_function("() => Number(document.getElementById('lineage-graph').dataset.ready) > 0")
        first.append(page.evaluate(EXPAND, closed)[0])
        for _turn in range(AGAIN):
            alone.append(page.evaluate(ALONE))
            page.evaluate(COLLAPSE, closed)
            took, own, nodes = page.evaluate(EXPAND, closed)
            whole.append(took)
            drawn.append(own)
    progress(f"{len(whole)} times on {pages} pages, {nodes} nodes")
    case = f"{MORE} nodes more in a graph of {nodes}, in the browser"
    figures = {"script": drawn, "to the frame": whole, "to the frame, the first time, with its request": first}
    limit = {"limit": median(alone), "limit_is": LIMIT, "goal": GOAL, "at_most": True}
    return [
        Row(f"{case}: {what}", console.database, median(took), "ms", note=kept(took), **limit)
        for what, took in figures.items()
    ]


def kept(took: list[float]) -> str:
    return f"100 ms {'kept' if median(took) <= 100 else 'missed'}; {min(took):.0f} to {max(took):.0f}"
