"""What the hooks cost: python plugins/measure.py, in the environment of make test-capture.

Runs the programs of the live tests several times in processes of their own, with each hook's time taken by itself, and
prints a table for README.md. The events go into a file.
"""

import json
import os
import resource
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
REPEATS = 3
STARTS = 100


def environment() -> dict[str, str]:
    """Without what would have Python compile the plugins anew in each process, which costs more than they do."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def clocks() -> tuple[float, float]:
    """Seconds that have passed, and those that this thread had a processor."""
    return time.perf_counter(), time.thread_time()


def since(began: tuple[float, float]) -> tuple[float, float]:
    return tuple(now - then for now, then in zip(clocks(), began, strict=True))


def timed(program: str, *arguments: str) -> None:
    """In the process that is measured: runs the program, and prints {function: [clocks…]} as its last line."""
    from lineage_capture import patching

    spent = defaultdict(list)
    begin, finish = patching.begin, patching.finish

    def timed_begin(hook, call, where):
        began = clocks()
        steps = begin(hook, call, where)
        if steps is not None:
            spent[id(steps)] = [where, since(began)]
        return steps

    def timed_finish(steps, call, where):
        began = clocks()
        finish(steps, call, where)
        if id(steps) in spent:
            where, before = spent.pop(id(steps))
            done[where].append([one + other for one, other in zip(before, since(began), strict=True)])

    done = defaultdict(list)
    patching.begin, patching.finish = timed_begin, timed_finish
    sys.argv = [program, *arguments]
    try:
        runpy.run_path(program, run_name="__main__")
    finally:
        print("\n" + json.dumps(done), flush=True)


def measured(program: Path, arguments: list[str]) -> dict[str, list[tuple[float, float]]]:
    with tempfile.TemporaryDirectory() as folder:
        transport = {"type": "file", "log_file_path": f"{folder}/sent.json", "append": True}
        env = environment() | {
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
    """Seconds of a processor that an interpreter takes to start and end."""
    env = {name: value for name, value in environment().items() if not name.startswith("OPENLINEAGE")} | variables
    before = used_by_children()
    subprocess.run([sys.executable, "-c", "pass"], env=env, check=True)
    return used_by_children() - before


def used_by_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def starts() -> list[float]:
    """Without the plugins, and with them, at the median of interleaved pairs; milliseconds."""
    pairs = [(start(), start(OPENLINEAGE_URL="http://127.0.0.1:9")) for _ in range(STARTS)]
    return [statistics.median(pair[place] for pair in pairs) * 1000 for place in (0, 1)]


def main() -> None:
    print("| program | wrapped function | calls | median | of it a processor | longest |\n|---|---|---|---|---|---|")
    for name, arguments in RUNS:
        spent = defaultdict(list)
        for _ in range(REPEATS):
            for function, clocks in measured(PROGRAMS / name, arguments).items():
                spent[function.removeprefix("capturing ")] += clocks
        for function, clocks in sorted(spent.items()):
            passed, processor = ([1000 * each[place] for each in clocks] for place in (0, 1))
            told = f"{statistics.median(passed):.2f} ms | {statistics.median(processor):.2f} ms | {max(passed):.2f} ms"
            print(f"| {name} | `{function}` | {len(clocks)} | {told} |", flush=True)
    off, on = starts()
    print(f"| start of an interpreter ({off:.1f} ms without) | | {STARTS} | | {on - off:.1f} ms more | |")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--timed"]:
        timed(*sys.argv[2:])
    else:
        main()
