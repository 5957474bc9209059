"""`make screenshots`: the recorded story's pages, light, dark and on a telephone, those of a console that is still
empty, and those of one with odd names and much data, wide and narrow, as pictures in screenshots/. Names of looks as
arguments take those alone."""

import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from playwright.sync_api import Page, sync_playwright

import chromium
import odd_events
import prepare
import run

FOLDER = prepare.ROOT / "screenshots"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LOOKS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1360, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1360, "height": 900}},
    "phone": {"color_scheme": "light", "viewport": {"width": 390, "height": 844}},
    "empty": {"color_scheme": "light", "viewport": {"width": 1360, "height": 900}},
    "odd": {"color_scheme": "light", "viewport": {"width": 1360, "height": 900}},
    "odd-phone": {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
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
    "views/new",
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
    "nothing-here",
]
DETAILS = {"datasets": "customer_churn", "models": "churn", "workloads": "train"}
ODD = {"datasets": "very_long", "models": "🚀", "workloads": "jjj"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def events_for(look: str, folder: str) -> list:
    if look == "empty":
        return []
    return [odd_events.write(folder)] if look.startswith("odd") else sorted(run.DEMO.iterdir())


def start(env: dict, events: list) -> subprocess.Popen:
    """A console of its own, with these files loaded."""
    manage = [prepare.PYTHON, "manage.py"]
    steps = [["bootstrap", "--quiet"], *([["load_events", *events]] if events else [])]
    for step in steps:
        subprocess.run([*manage, *step], cwd=prepare.ROOT, env=env, check=True)
    process = subprocess.Popen([prepare.PYTHON, "-c", "import os, run; run.serve(dict(os.environ))"], env=env)
    for _ in range(600):
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


def photograph_details(page: Page, look: str, details: dict) -> None:
    """Each tab of a dataset, a model and a workload, what people say of it, a run, an event, and the graph."""
    for section, name in details.items():
        page.goto(f"/{section}/?q={name}")
        page.goto(page.locator("main tbody a.name").first.get_attribute("href"))
        for href in [link.get_attribute("href") for link in page.locator(".tabs a").all()]:
            page.goto(href)
            _section, _number, *tab = href.partition("?")[0].strip("/").split("/")
            picture(page, f"{section}-{tab[0] if tab else 'overview'}-{look}")
    follow(page, "/events/", "main tbody th a", f"event-{look}")
    page.goto("/workloads/?q=" + details["workloads"])
    page.goto(page.locator("main tbody a.name").first.get_attribute("href") + "runs/")
    follow(page, page.url, "main tbody th a", f"run-{look}")
    page.goto("/datasets/?q=" + details["datasets"])
    address = page.locator("main tbody a.name").first.get_attribute("href")
    for form in ("edit", "delete"):
        page.goto(address)
        follow(page, f"/nodes/{address.split('/')[2]}/{form}/", "", f"{form}-{look}")
    page.goto(f"{address}lineage/?depth=all&technical=1")
    page.get_by_role("link", name="Details of").first.click()
    page.locator("#lineage-details[aria-busy=false] h2").first.wait_for()
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    picture(page, f"graph-panel-{look}")


def follow(page: Page, address: str, link: str, name: str) -> None:
    """Takes a picture of an address, or of what its first link leads to."""
    page.goto(address)
    if link:
        page.goto(page.locator(link).first.get_attribute("href"))
    picture(page, name)


def console(look: str, options: dict, browser) -> None:
    with tempfile.TemporaryDirectory(prefix="lineage-pictures-") as data:
        env = run.environment("127.0.0.1", free_port()) | {"LINEAGE_DATA_DIR": data, "DATABASE_URL": ""}
        env |= {"LINEAGE_LOCAL": "1", "PYTHONPATH": str(prepare.ROOT / "scripts")}
        server = start(env, events_for(look, data))
        try:
            context = browser.new_context(base_url=f"http://127.0.0.1:{env['PORT']}", **options)
            page = context.new_page()
            page.goto("/sign-in/")
            picture(page, f"sign-in-{look}")
            page.goto(sign_in_link(env))
            photograph(page, look)
            if look != "empty":
                photograph_details(page, look, ODD if look.startswith("odd") else DETAILS)
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
            if not sys.argv[1:] or look in sys.argv[1:]:
                console(look, options, browser)
        browser.close()


if __name__ == "__main__":
    main()
