"""`make run` and `make demo`: everything needed, then the console, until Ctrl-C."""

import errno
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import prepare

LOOPBACK = ("127.0.0.1", "localhost", "::1")
DEMO = prepare.ROOT / "demo/events"


def address() -> tuple[str, int]:
    """(HOST, PORT), free to listen on. Ends the program where they are not."""
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not port.isdigit() or not 0 < int(port) < 65536:
        prepare.stop(f"PORT={port!r} is not a port: use a number from 1 to 65535.")
    try:
        kind, _, _, _, where = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        with socket.socket(kind, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            prepare.stop(f"port {port} is taken. Choose another one: make run PORT={int(port) + 1}")
        prepare.stop(f"cannot listen on {host}:{port}: {error.strerror}.")
    return host, int(port)


def environment(host: str, port: int) -> dict:
    """For the console's processes. Local mode takes events without a key, so it stays on this machine."""
    env = os.environ | {"HOST": host, "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    env.setdefault("LINEAGE_LOCAL", "1")
    if env["LINEAGE_LOCAL"].lower() in ("1", "true", "yes") and host not in LOOPBACK:
        prepare.stop(
            f"HOST={host} would let other machines send events without a key. To serve them, set LINEAGE_LOCAL=0, "
            "SECRET_KEY and ALLOWED_HOSTS (docs/operations.md)."
        )
    return env


def data_folder(env: dict) -> Path:
    return Path(env.get("LINEAGE_DATA_DIR") or prepare.ROOT / "data")


def emptied(folder: Path) -> Path:
    """A server's counts begin with it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def serve(env: dict) -> None:
    """Becomes the server. One process with SQLite, which has one writer; GRANIAN_* variables change what is here."""
    postgres = env.get("DATABASE_URL", "").startswith(("postgres:", "postgresql:", "pgsql:"))
    env.setdefault("GRANIAN_WORKERS", "2" if postgres else "1")
    if env["GRANIAN_WORKERS"] != "1":
        # Workers count together: /metrics adds up what each of them writes there.
        env.setdefault("PROMETHEUS_MULTIPROC_DIR", str(emptied(data_folder(env) / "metrics")))
    env.setdefault("GRANIAN_BLOCKING_THREADS", "32")
    env.setdefault("GRANIAN_BACKLOG", "2048")
    env.setdefault("GRANIAN_LOG_LEVEL", "error")
    env.setdefault("GRANIAN_WORKERS_KILL_TIMEOUT", "5")
    command = [prepare.PYTHON, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws"]
    command += ["--respawn-failed-workers", "--host", env["HOST"], "--port", env["PORT"]]
    os.chdir(prepare.ROOT)
    sys.stdout.flush()
    os.execve(prepare.PYTHON, [*map(str, command), "lineage_console.worker:application"], env)


def main() -> None:
    host, port = address()
    env = environment(host, port)
    prepare.environment()
    manage = [prepare.PYTHON, prepare.ROOT / "manage.py"]
    steps = [["bootstrap"]]
    if "--demo" in sys.argv:
        steps = [["bootstrap", "--quiet"], ["load_events", *sorted(DEMO.iterdir())], ["bootstrap"]]
    for step in steps:
        if subprocess.run([*manage, *step], env=env, cwd=prepare.ROOT).returncode:
            prepare.stop(f"manage.py {step[0]} failed: see above.")
    serve(env)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
