"""What the hooks cost: python plugins/measure.py, in the environment of make test-capture.

Runs the programs of the live tests in processes of their own, with each hook's time taken by itself, and prints a
table for README.md. The events go into a file.
"""

import json
import os
import runpy
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

PROGRAMS = Path(__file__).parent / "tests/programs"
RUNS = [
    ("formats.py", ["{folder}"]),
    ("everywhere.py", ["{folder}", "churn-api"]),
    ("mlflow_story.py", []),
    ("others_story.py", []),
]
STARTS = 30


def timed(program: str, *arguments: str) -> None:
    """In the process that is measured: runs the program, and prints {function: [seconds…]} as its last line."""
    from lineage_capture import patching

    spent = defaultdict(list)
    begin, finish = patching.begin, patching.finish

    def timed_begin(hook, call, where):
        began = time.perf_counter()
        steps = begin(hook, call, where)
        if steps is not None:
            spent[id(steps)] = [where, time.perf_counter() - began]
        return steps

    def timed_finish(steps, call, where):
        began = time.perf_counter()
        finish(steps, call, where)
        if id(steps) in spent:
            where, before = spent.pop(id(steps))
            done[where].append(before + time.perf_counter() - began)

    done = defaultdict(list)
    patching.begin, patching.finish = timed_begin, timed_finish
    sys.argv = [program, *arguments]
    try:
        runpy.run_path(program, run_name="__main__")
    finally:
        print("\n" + json.dumps(done), flush=True)


def measured(program: Path, arguments: list[str]) -> dict[str, list[float]]:
    with tempfile.TemporaryDirectory() as folder:
        transport = {"type": "file", "log_file_path": f"{folder}/sent.json", "append": True}
        env = os.environ | {
            "OPENLINEAGE__TRANSPORT": json.dumps(transport),
            "LINEAGE_CAPTURE_LOCAL_PATHS": "true",
            "RAY_AUTH_MODE": "disabled",
            "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
            "HF_HUB_OFFLINE": "1",
        }
        for each in PROGRAMS.iterdir():
            if each.is_file():
                shutil.copy(each, folder)
        told = [argument.format(folder=folder) for argument in arguments]
        command = [sys.executable, __file__, "--timed", str(Path(folder) / program.name), *told]
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads([line for line in done.stdout.splitlines() if line.startswith("{")][-1])


def start(**variables: str) -> float:
    """Seconds that an interpreter takes to start."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("OPENLINEAGE")} | variables
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], env=env, check=True)
    return time.perf_counter() - began


def starts() -> list[float]:
    """Without the plugins, and with them, at the median of interleaved pairs; milliseconds."""
    pairs = [(start(), start(OPENLINEAGE_URL="http://127.0.0.1:9")) for _ in range(STARTS)]
    return [statistics.median(pair[place] for pair in pairs) * 1000 for place in (0, 1)]


def main() -> None:
    print("| program | wrapped function | calls | median | longest |\n|---|---|---|---|---|")
    for name, arguments in RUNS:
        for function, seconds in sorted(measured(PROGRAMS / name, arguments).items()):
            median, longest = statistics.median(seconds) * 1000, max(seconds) * 1000
            function = function.removeprefix("capturing ")
            print(f"| {name} | `{function}` | {len(seconds)} | {median:.2f} ms | {longest:.2f} ms |", flush=True)
    off, on = starts()
    print(f"| start of an interpreter ({off:.1f} ms without) | | {STARTS} | {on - off:.1f} ms more | |")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--timed"]:
        timed(*sys.argv[2:])
    else:
        main()
