"""`make test-capture`: the plugins' live tests, with real Ray and MLflow, in a virtual environment of their own.

`make test` runs them too once that is installed; it is far larger than all the rest.
"""

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import prepare

PLUGINS = prepare.ROOT / "plugins"
VENV = PLUGINS / ".venv"
PYTHON = VENV / "bin/python"
REQUIREMENTS = [PLUGINS / "requirements-live.txt", PLUGINS / "pyproject.toml"]
STAMP = VENV / "lineage-live.stamp"
PYTEST = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", str(PLUGINS / "pyproject.toml"), str(PLUGINS / "tests")]


def installed() -> bool:
    return STAMP.exists() and STAMP.read_text() == prepare.digest(REQUIREMENTS)


def install() -> None:
    if installed():
        return
    prepare.say("Installing Ray, MLflow and what the plugins' live tests need into plugins/.venv (about 3 GB)")
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
    pip = [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-input"]
    what = ["-r", str(REQUIREMENTS[0]), "-e", str(PLUGINS)]
    if subprocess.run([*pip, *what], stdin=subprocess.DEVNULL).returncode:
        prepare.stop("pip could not install what the live tests need: see above.")
    STAMP.write_text(prepare.digest(REQUIREMENTS))


def main() -> int:
    """Further arguments are pytest's: make test-capture ARGS="-k parquet" """
    prepare.environment()
    install()
    return subprocess.run([PYTHON, *PYTEST, *sys.argv[1:]], cwd=PLUGINS, stdin=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
