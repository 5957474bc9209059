"""`make demo-live`: the story of demo/ with real Ray, Iceberg and MLflow, captured into a console, and checked there.
`make demo-verify` checks the set-up only; `make demo-clean` takes away what a run has left in files.

LINEAGE_URL and LINEAGE_API_KEY name a console (http://127.0.0.1:8000 if not); where none answers, one is started.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import prepare
import run
import test_capture

FOLDER = prepare.ROOT / "demo"
PROGRAMS = ["ray_iceberg_lineage.py", "versioning_demo.py", "serve_models_demo.py"]
OWNER = "owner@example.com"
LOOK = """
What to look at, at {url}
  Workloads   generate_customer_dataset, train_churn_model: a run for each version; deploy_churn_model, and the two
              services churn_predictor_v1 and churn_predictor_v2 with their endpoints
  Datasets    customer_churn: its versions are Iceberg's snapshots, with rows, columns, and what differs between two
  Models      churn_predictor: its versions with metrics and hyperparameters side by side; what each was made from
  Lineage     on each page: from the data to the endpoints, and back
docs/demo.md walks through it."""


def python() -> str:
    """That of the environment with Ray: DEMO_PYTHON, or one of its own, which is made the first time."""
    if chosen := os.environ.get("DEMO_PYTHON"):
        return chosen
    test_capture.install()
    return str(test_capture.PYTHON)


def answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/healthz", timeout=5).close()
        return True
    except (OSError, ValueError):
        return False


def start_console() -> subprocess.Popen:
    """`make run`, in a process group of its own: Ctrl-C shall not reach it before us."""
    prepare.say("Starting a console, for none is running")
    command = [sys.executable, str(prepare.ROOT / "scripts/run.py")]
    return subprocess.Popen(command, cwd=prepare.ROOT, start_new_session=True)


def wait_for(url: str, console: subprocess.Popen) -> None:
    for _ in range(600):
        if answers(url):
            return
        if console.poll() is not None:
            prepare.stop("the console did not start: see above.")
        time.sleep(0.5)
    prepare.stop(f"the console did not answer at {url} within 5 minutes.")


def api_key() -> str:
    """LINEAGE_API_KEY, or a new key of the console whose data this checkout has."""
    if given := os.environ.get("LINEAGE_API_KEY"):
        return given
    command = [str(prepare.PYTHON), "manage.py", "create_api_key", "--cloud", "default", "--owner", OWNER]
    env = run.environment("127.0.0.1", "8000")
    made = subprocess.run([*command, "--name", "demo"], cwd=prepare.ROOT, env=env, capture_output=True, text=True)
    if made.returncode:
        prepare.stop(f"no API key could be made: {made.stderr.strip()}\nSet LINEAGE_API_KEY to one of the console.")
    return made.stdout.split()[-1]


def environment(url: str, key: str) -> dict[str, str]:
    """The programs themselves say nothing of lineage: all of it is here."""
    ours = {
        "OPENLINEAGE_URL": url,
        "OPENLINEAGE_API_KEY": key,
        "LINEAGE_URL": url,
        "LINEAGE_API_KEY": key,
        "LINEAGE_CAPTURE_LOCAL_PATHS": "true",
        "LINEAGE_PROJECT_NAME": "churn",
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_AUTH_MODE": "disabled",
        "PYTHONWARNINGS": "ignore",
        "PYTHONUNBUFFERED": "1",
    }
    return {"LINEAGE_OWNER_EMAIL": OWNER, **os.environ, **ours}


def story(env: dict[str, str], python: str, programs: list[str]) -> None:
    began, before = time.monotonic(), os.times()
    for program in programs:
        prepare.say(program)
        if subprocess.run([python, program], cwd=FOLDER, env=env, stdin=subprocess.DEVNULL).returncode:
            prepare.stop(f"{program} failed: see above.")
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    prepare.say(f"Done in {time.monotonic() - began:.0f} s, {used:.0f} s of them on a CPU in the programs themselves")


def clean() -> None:
    storage = Path(os.environ.get("DEMO_STORAGE") or FOLDER / "storage")
    shutil.rmtree(storage, ignore_errors=True)
    prepare.say(f"Removed {storage}. What a console has taken in stays there.")


def end(console: subprocess.Popen | None) -> None:
    """A console that was started here stays for who sits at a terminal."""
    if console is None:
        return
    if sys.stdout.isatty():
        print("\nThe console runs until Ctrl-C.", flush=True)
        console.wait()
    os.killpg(console.pid, signal.SIGINT)
    console.wait(20)


def live(programs: list[str]) -> None:
    url = os.environ.get("LINEAGE_URL", "").rstrip("/")
    url = url or f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
    with_ray = python()
    prepare.environment()
    console = None if answers(url) else start_console()
    try:
        if console:
            wait_for(url, console)
        env = environment(url, api_key())
        story(env, with_ray, ["verify_setup.py", *programs])
        if programs:
            print(LOOK.format(url=url), flush=True)
        end(console)
    finally:
        if console and console.poll() is None:
            os.killpg(console.pid, signal.SIGTERM)


if __name__ == "__main__":
    # So that a console that was started here goes, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if "--clean" in sys.argv:
            clean()
        else:
            live([] if "--verify" in sys.argv else [*PROGRAMS, "check_story.py"])
    except KeyboardInterrupt:
        sys.exit(130)
