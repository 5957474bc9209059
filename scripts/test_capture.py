"""`make test-capture`: the plugins' live tests, with real Ray and MLflow, in a virtual environment of their own.

`make test` runs them too once that is installed; it is far larger than all the rest. TensorFlow, which TFRecords need,
is installed beside it with --tfrecords. With --oldest they run with the oldest versions that are captured, in another.
"""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import prepare

PLUGINS = prepare.ROOT / "plugins"
VENV = PLUGINS / ".venv"
PYTHON = VENV / "bin/python"
OLDEST = PLUGINS / ".venv-oldest"
REQUIREMENTS = {VENV: PLUGINS / "requirements-live.txt", OLDEST: PLUGINS / "requirements-oldest.txt"}
# Not into the environment: its size is half of it, and it is for one test.
TENSORFLOW = PLUGINS / ".tensorflow"
TFRECORDS = ["tensorflow-cpu==2.21.0", "tensorflow-metadata==1.21.0"]
NOTHING_CHOSEN = 5
PYTEST = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", str(PLUGINS / "pyproject.toml"), str(PLUGINS / "tests")]


def stamp(venv: Path) -> tuple[Path, str]:
    """Where it is written what is installed, and what is to be there."""
    return venv / "lineage-live.stamp", prepare.digest([REQUIREMENTS[venv], PLUGINS / "pyproject.toml"])


def installed(venv: Path = VENV) -> bool:
    path, content = stamp(venv)
    return path.exists() and path.read_text() == content


def install(venv: Path = VENV) -> None:
    if installed(venv):
        return
    prepare.say(f"Installing Ray, MLflow and what the plugins' live tests need into plugins/{venv.name} (about 3 GB)")
    if not (venv / "bin/python").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(venv)], check=True)
    pip = [venv / "bin/python", "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-input"]
    what = ["-r", str(REQUIREMENTS[venv]), "-e", str(PLUGINS)]
    if subprocess.run([*pip, *what], stdin=subprocess.DEVNULL).returncode:
        prepare.stop("pip could not install what the live tests need: see above.")
    path, content = stamp(venv)
    path.write_text(content)


def install_tensorflow() -> None:
    if not TENSORFLOW.exists():
        prepare.say("Installing TensorFlow, for TFRecords, into plugins/.tensorflow (1.5 GB)")
        command = [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--target", str(TENSORFLOW)]
        if subprocess.run([*command, *TFRECORDS], stdin=subprocess.DEVNULL).returncode:
            prepare.stop("pip could not install TensorFlow: see above.")


def run(venv: Path, *arguments: str) -> int:
    """All live tests, those of TFRECORDS where TensorFlow is there; `arguments` are pytest's. Two files at a time, for
    Ray mostly waits for processes to start; those that compare times have the machine for themselves."""
    parts = [["-n", "2", "--dist", "loadfile", "-m", "not tfrecords and not timed"], ["-m", "timed"]]
    codes = {pytest(venv, *part, *arguments) for part in parts}
    if venv == VENV and TENSORFLOW.exists():
        codes.add(pytest(venv, "-m", "tfrecords", *arguments, PYTHONPATH=str(TENSORFLOW)))
    elif venv == VENV:
        prepare.say("TFRecords were NOT tested, for they need TensorFlow (1.5 GB): make test-capture ARGS=--tfrecords")
    # A part in which `arguments` choose nothing is no fault, if there are others.
    return max(codes - {NOTHING_CHOSEN}, default=NOTHING_CHOSEN)


def pytest(venv: Path, *arguments: str, **variables: str) -> int:
    env = os.environ | {"LINEAGE_CONSOLE_PYTHON": str(prepare.PYTHON)} | variables
    return subprocess.run([venv / "bin/python", *PYTEST, *arguments], cwd=PLUGINS, env=env).returncode


def main() -> int:
    """Further arguments are pytest's: make test-capture ARGS="-k parquet" """
    prepare.environment()
    venv = OLDEST if "--oldest" in sys.argv else VENV
    install(venv)
    if "--tfrecords" in sys.argv:
        install_tensorflow()
    return run(venv, *(each for each in sys.argv[1:] if each not in ("--tfrecords", "--oldest")))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
