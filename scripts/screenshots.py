"""`make screenshots`: the recorded story's pages, light, dark and on a telephone, as pictures in screenshots/."""

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
}
LISTS = [
    "activity",
    "datasets",
    "models",
    "workloads",
    "aliases",
    "views",
    "clouds",
    "organization",
    "organization/changes",
    "api/docs",
]
DETAILS = {"datasets": "customer_churn", "models": "churn", "workloads": "train"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(env: dict) -> subprocess.Popen:
    """A console of its own with the story loaded."""
    manage = [prepare.PYTHON, "manage.py"]
    steps = (["bootstrap", "--quiet"], ["load_events", *sorted(run.DEMO.iterdir())])
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
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True)
    print(f"screenshots/{name}.png", flush=True)


def photograph(page: Page, look: str) -> None:
    for name in LISTS:
        page.goto(f"/{name}/")
        picture(page, f"{name.replace('/', '-')}-{look}")
    for section, name in DETAILS.items():
        page.goto(f"/{section}/?q={name}")
        page.goto(page.locator("main a.name").first.get_attribute("href"))
        picture(page, f"{section}-overview-{look}")
        node = page.url.rstrip("/").rpartition("/")[2]
        page.goto(page.url.partition("?")[0] + "lineage/")
        picture(page, f"{section}-lineage-{look}")
        for act in ("edit", "history", "delete"):
            page.goto(f"/nodes/{node}/{act}/")
            picture(page, f"{section}-{act}-{look}")


def main() -> None:
    program = chromium.find_or_install()
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lineage-pictures-") as data, sync_playwright() as playwright:
        env = run.environment("127.0.0.1", free_port()) | {"LINEAGE_DATA_DIR": data, "DATABASE_URL": ""}
        env |= {"LINEAGE_LOCAL": "1", "PYTHONPATH": str(prepare.ROOT / "scripts")}
        server = start(env)
        try:
            browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
            for look, options in LOOKS.items():
                context = browser.new_context(base_url=f"http://127.0.0.1:{env['PORT']}", **options)
                page = context.new_page()
                page.goto(sign_in_link(env))
                photograph(page, look)
                context.close()
            browser.close()
        finally:
            server.terminate()
            server.wait(15)


if __name__ == "__main__":
    main()
