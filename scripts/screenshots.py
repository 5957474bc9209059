"""`make screenshots`: the recorded story's pages, light, dark and on a telephone, and those of a console that is still
empty, as pictures in screenshots/."""

import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from playwright.sync_api import Page, sync_playwright

import chromium
import prepare
import run

FOLDER = prepare.ROOT / "screenshots"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LOOKS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1360, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1360, "height": 900}},
    "phone": {"color_scheme": "light", "viewport": {"width": 390, "height": 844}},
    "empty": {"color_scheme": "light", "viewport": {"width": 1360, "height": 900}},
}
PAGES = [
    "datasets",
    "models",
    "workloads",
    "events",
    "events/rejected",
    "events/producers",
    "search?q=churn",
    "activity",
    "aliases",
    "views",
    "clouds",
    "clouds/1",
    "clouds/1/settings",
    "clouds/1/settings/general",
    "clouds/1/settings/members",
    "clouds/1/settings/keys",
    "organization",
    "organization/changes",
    "welcome",
    "help",
    "api/docs",
    "sign-in",
    "nothing-here",
]
DETAILS = {"datasets": "customer_churn", "models": "churn", "workloads": "train"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(env: dict, story: bool) -> subprocess.Popen:
    """A console of its own, with the story loaded or empty."""
    manage = [prepare.PYTHON, "manage.py"]
    steps = [["bootstrap", "--quiet"], *([["load_events", *sorted(run.DEMO.iterdir())]] if story else [])]
    for step in steps:
        subprocess.run([*manage, *step], cwd=prepare.ROOT, env=env, check=True)
    process = subprocess.Popen([prepare.PYTHON, "-c", "import os, run; run.serve(dict(os.environ))"], env=env)
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{env['PORT']}/healthz", timeout=2).close()
            return process
        except OSError:
            time.sleep(0.1)
    process.terminate()
    sys.exit("lineage console: the server did not start.")


def sign_in_link(env: dict) -> str:
    command = [prepare.PYTHON, "manage.py", "sign_in_link", "owner@example.com"]
    told = subprocess.run(command, cwd=prepare.ROOT, env=env, check=True, capture_output=True, text=True)
    return told.stdout.split()[-1]


def picture(page: Page, name: str) -> None:
    page.wait_for_load_state("load")
    if page.locator("#lineage-graph").count():
        page.wait_for_function("() => Number(document.getElementById('lineage-graph').dataset.ready) > 0")
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True)
    print(f"screenshots/{name}.png", flush=True)


def photograph(page: Page, look: str) -> None:
    for name in PAGES:
        path, _, query = name.partition("?")
        page.goto(f"/{path}/?{query}")
        picture(page, f"{path.replace('/', '-')}-{look}")


def photograph_details(page: Page, look: str) -> None:
    """Each tab of a dataset, a model and a workload, the graph with its panel, a run and an event."""
    for section, name in DETAILS.items():
        page.goto(f"/{section}/?q={name}")
        page.goto(page.locator("main tbody a.name").first.get_attribute("href"))
        for href in [link.get_attribute("href") for link in page.locator(".tabs a").all()]:
            page.goto(href)
            _section, _number, *tab = href.partition("?")[0].strip("/").split("/")
            picture(page, f"{section}-{tab[0] if tab else 'overview'}-{look}")
    page.locator("main a[href*='/events/']").first.click()
    picture(page, f"event-{look}")
    page.goto("/datasets/?q=customer_churn")
    page.goto(page.locator("main tbody a.name").first.get_attribute("href") + "lineage/?depth=all")
    page.get_by_role("link", name="Details of").first.click()
    page.locator("#lineage-details[aria-busy=false] h2").first.wait_for()
    page.evaluate("scrollTo(0, 0)")
    picture(page, f"graph-panel-{look}")


def console(look: str, options: dict, browser, story: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="lineage-pictures-") as data:
        env = run.environment("127.0.0.1", free_port()) | {"LINEAGE_DATA_DIR": data, "DATABASE_URL": ""}
        env |= {"LINEAGE_LOCAL": "1", "PYTHONPATH": str(prepare.ROOT / "scripts")}
        server = start(env, story)
        try:
            context = browser.new_context(base_url=f"http://127.0.0.1:{env['PORT']}", **options)
            page = context.new_page()
            page.goto(sign_in_link(env))
            photograph(page, look)
            if story:
                photograph_details(page, look)
            context.close()
        finally:
            server.terminate()
            server.wait(15)


def main() -> None:
    program = chromium.find_or_install()
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        for look, options in LOOKS.items():
            console(look, options, browser, story=look != "empty")
        browser.close()


if __name__ == "__main__":
    main()
