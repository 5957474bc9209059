"""`make test`: style, both databases, the browser. `test.py lint|bench|screenshots` does one part.

Starts with any Python, makes the virtual environment, and goes on in it.
"""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import chromium
import postgres
import prepare
import test_capture

PYTEST = ["pytest", "-q", "-p", "no:cacheprovider"]
PRODUCTION = {"SECRET_KEY": secrets.token_urlsafe(60), "ALLOWED_HOSTS": "console.example.com", "LINEAGE_LOCAL": "0"}
# What the caller's shell says about a console of theirs must not reach the tests.
OURS = ("DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS", "DEBUG", "LINEAGE_", "DJANGO_SETTINGS_MODULE", "HOST", "PORT")


class Steps:
    """Runs commands one after another, each to its end, and remembers how they went."""

    def __init__(self):
        self.results: list[tuple[str, bool, float]] = []

    def run(self, title: str, program: str, *arguments: str, **variables: str) -> None:
        """`program` is one of the virtual environment's; `variables` are put into its environment."""
        print(f"\n==> {title}", flush=True)
        env = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        started = time.monotonic()
        code = subprocess.run(
            [prepare.VENV / "bin" / program, *arguments],
            cwd=prepare.ROOT,
            env=env | variables,
            stdin=subprocess.DEVNULL,
        ).returncode
        self.results.append((title, code == 0, time.monotonic() - started))

    def summary(self) -> int:
        """Prints it; returns the exit code."""
        print("\n==> Summary")
        for title, passed, seconds in self.results:
            print(f"{'ok    ' if passed else 'FAILED'}  {title} ({seconds:.0f} s)")
        failed = [title for title, passed, _ in self.results if not passed]
        print(f"\n{'FAILED: ' + ', '.join(failed) if failed else 'All is well.'}", flush=True)
        return 1 if failed else 0


def lint(steps: Steps) -> None:
    steps.run("ruff check", "ruff", "check", ".")
    steps.run("ruff format", "ruff", "format", "--check", ".")
    steps.run("import rules", "lint-imports", "--no-cache", "--no-logo")
    with tempfile.TemporaryDirectory(prefix="lineage-tests-") as folder:
        manage = {"LINEAGE_DATA_DIR": folder} | PRODUCTION
        steps.run("migrations are complete", "python", "manage.py", "makemigrations", "--check", "--dry-run", **manage)
        steps.run("deployment check", "python", "manage.py", "check", "--deploy", "--fail-level", "WARNING", **manage)


def suite(steps: Steps) -> None:
    browser = {"CHROMIUM": chromium.find_or_install()}
    workers = ["-n", str(min(os.cpu_count() or 1, 4)), "--dist", "worksteal"]
    with tempfile.TemporaryDirectory(prefix="lineage-tests-") as folder, postgres.running() as url:
        data = {"LINEAGE_DATA_DIR": folder}
        steps.run("tests on SQLite", *PYTEST, *workers, "-m", "not e2e", **data)
        steps.run("tests on PostgreSQL", *PYTEST, *workers, "-m", "not e2e", DATABASE_URL=url, **data)
        steps.run("tests in the browser", *PYTEST, "-m", "e2e", **data, **browser)


def capture(steps: Steps) -> None:
    """The plugins' tests. The live ones run in their own virtual environment, if there is one."""
    title = "tests of the plugins"
    if test_capture.installed():
        steps.run(f"{title}, with Ray and MLflow", "python", "scripts/test_capture.py")
        return
    source = {"PYTHONPATH": str(test_capture.PLUGINS / "src")}
    steps.run(title, "python", *test_capture.PYTEST, "-p", "no:django", "-m", "not live", **source)
    print(
        "\nThe plugins' live tests with Ray and MLflow were NOT run. To install (3 GB) and run them: make test-capture"
    )


def in_virtual_environment() -> bool:
    return Path(sys.prefix).resolve() == prepare.VENV.resolve()


def main() -> int:
    if not in_virtual_environment():
        prepare.environment("requirements-dev.txt", assets_needed=True)
        os.execv(prepare.PYTHON, [str(prepare.PYTHON), __file__, *sys.argv[1:]])
    steps, what = Steps(), sys.argv[1] if len(sys.argv) > 1 else "all"
    if what in ("all", "lint"):
        lint(steps)
    if what == "all":
        suite(steps)
        capture(steps)
    if what == "bench":
        steps.run("benchmarks", "python", "-m", "benchmarks")
    if what == "screenshots":
        steps.run("screenshots", "python", "scripts/screenshots.py")
    return steps.summary()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
